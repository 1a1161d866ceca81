import { playScenario } from './scenarios/playScenario.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { seeded } from './seeded.ts';

/** `offlineAfter` of demo.config.yaml. */
const holdMs = 3_000;

/** Plays the demonstration of `npm start` against the running host, and leaves it running. */
export async function playDemo(options: {
  hostUrl: string;
  cloudUrl: string;
  log(line: string): void;
}): Promise<void> {
  const { log, cloudUrl } = options;
  const demo = scenarios.demo!;
  log('');
  log(`Demonstration: ${demo.title}.`);
  log(`Times are short here: a device counts as offline after ${holdMs / 1000} s (5 minutes in the sample).`);
  log('');
  const actions = demo.actions({ size: demo.size, rate: 1_000, random: seeded(1), holdMs });
  const { events, mails, calls, chats } = await playScenario({ ...options, actions, watchMs: 22_000 });
  log('');
  log(
    `${events} events became ${mails} mails, ${calls} webhook calls and ${chats === 1 ? '1 message' : `${chats} messages`} in Slack. Read them at ${cloudUrl}`,
  );
  log('The host keeps running. npm run simulate -- --list shows more scenarios. Press Ctrl-C to stop.');
}
