import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../../local/seeded.ts';
import { eachAtMost } from '../../src/lib/app/eachAtMost.ts';
import { siteOf } from '../../test/support/storm/fleet.ts';
import { type Heard, Receivers } from '../../test/support/storm/receivers.ts';
import { type Figure, figure, type Part } from '../figure.ts';
import { Alertmanager, findAlertmanager, versionOf } from '../storm/alertmanager.ts';
import { fleetOf, type Played, shortened, storm } from '../storm/playStorm.ts';
import { tenThousand as shape } from './storm.ts';

/** Communication Services lets a subscription send so many mails an hour (src/lib/notify/channels/email/sendingRates.ts). */
const mailsAnHour = 100;
const patienceMs = 120_000;

/** Ours may take so many times as long as Alertmanager, which keeps nothing that survives its death at that moment. */
const mostTimes = 2;

type Told = { readonly tellS: number; readonly notices: number; readonly cpuMs: number | null };

async function until(receivers: Receivers, isDone: (heard: readonly Heard[]) => boolean): Promise<Heard[]> {
  const untilMs = Date.now() + patienceMs;
  for (;;) {
    const heard = await receivers.heard();
    if (isDone(heard)) return heard;
    if (Date.now() > untilMs) throw new Error(`not told in time, ${heard.length} notices so far`);
    await sleep(250);
  }
}

/** The same devices as alerts, from the moment at which their hold is over: Prometheus holds them back until then. */
async function askAlertmanager(program: string, ours: Played): Promise<{ began: Told; ended: Told }> {
  const receivers = await Receivers.start();
  const waits = {
    groupWaitS: ours.groupWaitS,
    groupIntervalS: shortened('groupInterval', ours.shorter),
  };
  const alertmanager = await Alertmanager.start(program, `${receivers.url}/operators`, waits);
  try {
    const { fleet } = fleetOf(shape);
    const gone = fleet.devices.filter(({ connected }) => !connected);
    const random = seeded(1);
    const alerts = gone
      .map((one) => ({ device: one.deviceId, site: siteOf(one), place: random() }))
      .sort((a, b) => a.place - b.place);
    const expected = Map.groupBy(alerts, ({ site }) => site);
    const startsMs = Date.now();
    await alertmanager.post(alerts, startsMs, null);
    const isTold = (heard: readonly Heard[]) => {
      const last = new Map(heard.map((one) => [one.site, one.offline]));
      return [...expected].every(([site, all]) => last.get(site) === all.length);
    };
    const began = toldOf(await until(receivers, isTold), startsMs, alertmanager.cpuMs());
    await receivers.forget();
    const cpuBefore = alertmanager.cpuMs() ?? 0;
    const endsMs = Date.now();
    await alertmanager.post(alerts, startsMs, endsMs);
    const isOver = (heard: readonly Heard[]) =>
      new Set(heard.filter(({ over }) => over).map(({ site }) => site)).size === expected.size;
    const heard = await until(receivers, isOver);
    const cpuMs = alertmanager.cpuMs();
    return { began, ended: toldOf(heard, endsMs, cpuMs === null ? null : cpuMs - cpuBefore) };
  } finally {
    await alertmanager.stop();
    await receivers.stop();
  }
}

function toldOf(heard: readonly Heard[], fromMs: number, cpuMs: number | null): Told {
  const lastMs = Math.max(...heard.map(({ atMs }) => atMs));
  return { tellS: (lastMs - fromMs) / 1_000, notices: heard.length, cpuMs };
}

/** The function of the tutorials: each event is a mail. */
async function askNaive(): Promise<Told> {
  const receivers = await Receivers.start();
  try {
    const { fleet, losses } = fleetOf(shape);
    const arrays = fleet.arrays([...losses, ...fleet.connectAll(0)], shape.inArray);
    const events = arrays.reduce((sum, { length }) => sum + length, 0);
    const fromMs = Date.now();
    await eachAtMost(16, arrays, async (array) => {
      for (const event of array) {
        const body = JSON.stringify({ type: 'mail', text: `An event: ${JSON.stringify(event)}` });
        await (await fetch(`${receivers.url}/mail`, { method: 'POST', body })).arrayBuffer();
      }
    });
    return toldOf(await until(receivers, ({ length }) => length === events), fromMs, null);
  } finally {
    await receivers.stop();
  }
}

export const peers: Part = {
  title:
    'Peers on the same trace: 10,000 devices of 100 sites lost and back; time from the end of the holds to the last notice, the wait for others included',
  async measure(): Promise<Figure[]> {
    const ours = await storm(shape);
    const naive = await askNaive();
    const figures = [
      figure('ours, beginnings: last notice', ours.losses.tellS, 's'),
      figure('ours, ends: last notice', ours.returns.tellS, 's'),
      figure('ours: notices', ours.losses.notices + ours.returns.notices, 'notices'),
      figure('ours: processor time, events and storage included', (ours.cpuMs * shape.devices) / 1_000, 's'),
    ];
    const program = findAlertmanager();
    if (program instanceof Error) {
      console.error(`!! NOT COMPARED WITH ALERTMANAGER: ${program.message}`);
      figures.push(figure(`**not compared with Alertmanager: ${program.message}**`, 0, 'comparisons'));
    } else {
      const name = `Alertmanager ${versionOf(program)} (0.31 and later dispatch faster)`;
      const { began, ended } = await askAlertmanager(program, ours);
      figures.push(
        figure(`${name}, beginnings: last notice`, began.tellS, 's'),
        figure(`${name}, ends: last notice`, ended.tellS, 's'),
        figure(`${name}: notices`, began.notices + ended.notices, 'notices'),
        figure(
          `${name}: processor time, alerts alone`,
          ((began.cpuMs ?? 0) + (ended.cpuMs ?? 0)) / 1_000,
          's',
        ),
        figure('ours to Alertmanager, beginnings', ours.losses.tellS / began.tellS, '×', mostTimes),
        figure('ours to Alertmanager, ends', ours.returns.tellS / ended.tellS, '×', mostTimes),
      );
    }
    return [
      ...figures,
      figure('a mail for each event: last notice after the first event', naive.tellS, 's'),
      figure('a mail for each event: notices', naive.notices, 'mails'),
      figure(
        `a mail for each event: last notice where ${mailsAnHour} mails an hour go out`,
        naive.notices / mailsAnHour,
        'h',
      ),
    ];
  },
};
