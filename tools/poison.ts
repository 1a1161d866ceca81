// `npm run poison -- list|retry|drop [queue] [id]`: what to do about messages that were set aside.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readLocalSettings } from '../local/host/hostSettings.ts';
import { settingsIn } from '../local/localSettings.ts';
import { readSettings, SettingError } from '../src/lib/app/settings.ts';
import type { QueueName } from '../src/lib/store/queueMessages.ts';
import { queueNames } from '../src/lib/store/queues.ts';
import { connectQueues } from '../src/lib/store/storageQueues.ts';
import { dropPoison, listPoison, type PoisonMessage, poisonName, retryPoison } from './poisonQueues.ts';

const all = Object.values(queueNames);
const functionOf: Readonly<Record<QueueName, string>> = {
  [queueNames.evaluations]: 'evaluateSite',
  [queueNames.notices]: 'deliverNotice',
  [queueNames.events]: 'receiveQueuedEvents',
};

const usage = `Usage: npm run poison -- <command> [queue] [id]

  list   shows the messages that were set aside, and what is wrong with each
  retry  puts them back into their queue; remove the cause first
  drop   deletes them; the sweep finds the work of all but events, which are lost

  queue  ${all.join(' or ')}; all by default
  id     of one message, as list shows it; all of the queue by default

The storage is the app's: AzureWebJobsStorage, or AzureWebJobsStorage__accountName with the identity
that you are signed in with, from the environment or local.settings.json.`;

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const asked = readArguments(words);
  if ('help' in asked) {
    console.log(usage);
    return 0;
  }
  if ('mistake' in asked) {
    console.error(`${asked.mistake}\n\n${usage}`);
    return 1;
  }
  const { command, queues, id } = asked;
  try {
    const root = path.resolve(import.meta.dirname, '..');
    const settings = readSettings({ ...readLocalSettings(root), ...settingsIn(process.env) });
    const service = await connectQueues(settings.queues);
    let touched = 0;
    for (const queue of queues) {
      if (command === 'list') {
        const { messages, total } = await listPoison(service, queue);
        print(queue, total, 'set aside', messages);
        if (total > messages.length) console.log(`  … the first ${messages.length} are shown`);
      } else if (command === 'retry') {
        const { done, left } = await retryPoison(service, queue, id);
        print(queue, done.length, `sent back to ${queue}`, done);
        if (left.length > 0)
          print(queue, left.length, 'left, because they would fail again: drop them', left);
        touched += done.length + left.length;
      } else {
        const dropped = await dropPoison(service, queue, id);
        print(queue, dropped.length, 'dropped', dropped);
        touched += dropped.length;
      }
    }
    if (id === null || touched > 0) return 0;
    console.error(`${queues.map(poisonName).join(', ')} has no message ${id}; \`list\` shows the ids`);
    return 1;
  } catch (error) {
    const { message } = error as Error;
    console.error(error instanceof SettingError ? message : `The queues cannot be reached: ${message}`);
    return 1;
  }
}

type Asked =
  | { readonly help: true }
  | { readonly mistake: string }
  | { readonly command: string; readonly queues: readonly QueueName[]; readonly id: string | null };

function readArguments(words: readonly string[]): Asked {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return { help: true };
    const [command = '', name, id = null, ...more] = positionals;
    if (!['list', 'retry', 'drop'].includes(command))
      return { mistake: `${command || 'no command'}: use list, retry or drop` };
    const queues = all.filter((queue) => name === undefined || name === queue || name === poisonName(queue));
    if (queues.length === 0) return { mistake: `${name} is not a queue: use ${all.join(' or ')}` };
    if (more.length > 0 || (command === 'list' && id !== null))
      return { mistake: `${more[0] ?? id} is one argument too many` };
    return { command, queues, id };
  } catch (error) {
    return { mistake: (error as Error).message };
  }
}

function print(queue: QueueName, count: number, what: string, messages: readonly PoisonMessage[]): void {
  console.log(`${poisonName(queue)}: ${count} ${what}`);
  for (const { id, setAsideAt, expiresAt, text, fault } of messages) {
    console.log(`  ${id}  since ${setAsideAt.toISOString()}, kept until ${expiresAt.toISOString()}`);
    console.log(`    ${JSON.stringify(text.slice(0, 500))}`);
    console.log(
      `    ${fault ?? `well formed: the log of ${functionOf[queue]} before that time says why it failed`}`,
    );
  }
}
