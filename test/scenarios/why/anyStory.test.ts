// Whatever happens at a site: who is said to have been told had the notice then, and who is said not to have been told had
// none that names the device.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addSilence } from '../../../src/lib/app/silences.ts';
import { silentLog } from '../../../src/lib/telemetry/log.ts';
import { accepts, isBusy } from '../../support/answers.ts';
import { AskedSite } from '../../support/askedSite.ts';
import { start } from '../../support/events.ts';
import { rulesOf } from './questions.ts';

const ids = Array.from({ length: 5 }, (_, n) => `oslo-${n}`);
const minuteMs = 60_000;

/** Other stories each time where `FUZZ_RUNS` asks for many; the same ones otherwise. */
const longRuns = process.env.FUZZ_RUNS === undefined ? null : Number(process.env.FUZZ_RUNS);

const configs = [
  'routes: [{ to: [operators] }]\n',
  'routes: [{ per: device, to: [operators] }, { match: { severity: [critical] }, to: [lead] }]\n',
  'routes: [{ to: [operators], escalate: [{ after: 10m, to: [lead] }] }]\npolicy: { offlineAfter: 2m, groupInterval: 2m }\n',
] as const;

const change = fc.record({
  device: fc.constantFrom(...ids),
  /** Seconds since the last one. */
  waits: fc.integer({ min: 5, max: 600 }),
  lateBy: fc.constantFrom(0, 0, 0, 90, 400),
});

const fails = fc.record({ from: fc.integer({ min: 0, max: 60 }), minutes: fc.integer({ min: 1, max: 20 }) });

it(
  'answers as it was, at any minute of any story',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...configs),
        fc.array(change, { minLength: 4, maxLength: 30 }),
        fails,
        fc.option(fails),
        async (config, changes, failing, silenced) => {
          const one = new AskedSite(rulesOf(config));
          one.answer = () => {
            const minute = (one.nowMs - start) / minuteMs;
            const isDead = minute >= failing.from && minute < failing.from + failing.minutes;
            return isDead ? isBusy.result : accepts.result;
          };
          await one.change('DeviceConnected', ...ids);
          if (silenced) {
            const match = { hubs: null, sites: null, devices: ['oslo-0', 'oslo-1'] };
            await one.until(`${silenced.from}m`);
            const forMs = silenced.minutes * minuteMs;
            await addSilence(one.app, { match, forMs, by: 'Ada', reason: null }, one.nowMs, silentLog);
          }
          const away = new Set<string>();
          let seconds = (silenced?.from ?? 0) * 60 + 60;
          const sequences = new Map<string, number>();
          for (const { device, waits, lateBy } of changes) {
            seconds += waits;
            await one.until(`${seconds}s`);
            const kind = away.has(device) ? 'DeviceConnected' : 'DeviceDisconnected';
            if (!away.delete(device)) away.add(device);
            const sequence = (sequences.get(device) ?? 1) + 1;
            sequences.set(device, sequence);
            await one.receive({ kind, deviceId: device, sequence, atMs: one.nowMs - lateBy * 1_000 });
          }
          await one.until(`${seconds + 1_800}s`);
          for (let minute = 2; minute * 60 < seconds + 1_800; minute += 7) {
            for (const device of ids) {
              const answer = await one.ask(device, `${minute}m`);
              const atMs = start + minute * minuteMs;
              const { outcome, known, receivers } = answer;
              const shown = JSON.stringify({ device, minute, outcome, known, receivers });
              for (const { receiver, told, noticeId, atMs: toldMs } of receivers) {
                if (!told) continue;
                const sent = one.sent.find(({ message }) => message.noticeId === noticeId);
                expect(sent, shown).toMatchObject({ receiver, atMs: toldMs });
                expect(
                  sent!.message.devices.map(({ deviceId }) => deviceId),
                  shown,
                ).toContain(device);
              }
              if (known.phase !== 'offline' || known.flapping) continue;
              const since = known.sinceMs ?? 0;
              const heard = one.sent.filter(
                ({ atMs: sentMs, message }) =>
                  sentMs <= atMs &&
                  sentMs >= since &&
                  message.devices.some(({ deviceId, phase }) => deviceId === device && phase === 'offline'),
              );
              for (const { receiver } of heard)
                expect(
                  receivers.find((other) => other.receiver === receiver)?.told,
                  `${receiver} ${shown}`,
                ).toBe(true);
              expect(outcome === 'told', shown).toBe(receivers.some(({ told }) => told));
            }
          }
        },
      ),
      longRuns === null ? { numRuns: 15, seed: 20260304 } : { numRuns: longRuns },
    );
  },
  Math.max(120_000, (longRuns ?? 0) * 10_000),
);
