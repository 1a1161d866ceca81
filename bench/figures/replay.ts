import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startAzurite } from '../../local/azurite.ts';
import { SitePlay } from '../../src/lib/replay/sitePlay.ts';
import { sentAtOnce } from '../../src/lib/replay/tape.ts';
import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { configOf, osloConfig } from '../../test/support/configOf.ts';
import { start } from '../../test/support/events.ts';
import { type Figure, fastestMs, figure, type Part } from '../figure.ts';
import { weekMs, weekOf, writeWeek } from '../weekOfEvents.ts';

const [devices, events] = [1_000, 100];

/** The week of one site of 1,000 devices by one set of rules, and of 100 smaller ones by the whole command. */
export const replay: Part = {
  title: `Replay of a week of ${devices * events} events`,
  async measure(): Promise<Figure[]> {
    return [...pure(), ...(await whole(1, devices)), ...(await whole(100, 20))];
  },
};

function pure(): Figure[] {
  const config = configOf(osloConfig);
  const tapes = Array.from({ length: devices }, (_, index) => {
    return weekOf(`oslo-${index}`, index + 1, events, start, config).tape;
  });
  const key = { hub: 'hub', kind: 'site', id: 'oslo' } as const;
  let notices = 0;
  const tookMs = fastestMs(() => {
    const play = new SitePlay(key, tapes, [{ fromMs: 0, rules: config }], sentAtOnce, start);
    const { past, files } = play.runTo(start + weekMs);
    notices = [...past, ...files].flatMap((file) => file.notices).length;
  }, 1);
  return [
    figure(`one site of ${devices} devices, by one set of rules: processor time`, tookMs / 1_000, 's', 30),
    figure('notices that come of it', notices, 'notices'),
  ];
}

const rules = (hold: string) => `
sitePattern: "^(?<site>[a-z0-9]+)-"
policy: { offlineAfter: ${hold} }
receivers: { operators: { email: { to: ["ops@plant.example"] } } }
routes: [{ to: [operators] }]
`;

/** `npm run replay` as people call it, from its start to its end, on Azurite. */
async function whole(sites: number, ofSite: number): Promise<Figure[]> {
  const ofDevice = (devices * events) / (sites * ofSite);
  const folder = mkdtempSync(path.join(tmpdir(), 'responder-bench-'));
  const azurite = await startAzurite();
  try {
    const { connectionString } = azurite;
    const rows = createTableRows({ kind: 'connectionString', connectionString }, 'Fleet');
    const fromMs = Date.now() - weekMs;
    await writeWeek(rows, { sites, devices: ofSite, events: ofDevice }, configOf(rules('2m')), fromMs);
    const file = path.join(folder, 'new.yaml');
    writeFileSync(file, rules('5m'));
    const beganMs = performance.now();
    const args = ['tools/replay.ts', '--from', new Date(fromMs).toISOString(), '--config', file, '--json'];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, AzureWebJobsStorage: connectionString },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
    });
    const [code] = await once(child, 'close');
    const seconds = (performance.now() - beganMs) / 1_000;
    if (code !== 0) throw new Error(`replay ended with ${code}: ${text.slice(0, 500)}`);
    const { before, after } = JSON.parse(text) as { before: number; after: number };
    const what = `${sites} ${sites === 1 ? 'site' : 'sites'} of ${ofSite} devices, the whole command`;
    return [
      figure(`${what}: wall time`, seconds, 's', 60),
      figure(`${what}: notices by the old rules`, before, 'notices'),
      figure(`${what}: notices by the new rules`, after, 'notices'),
    ];
  } finally {
    await azurite.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
