// After a crash at any call every site is looked at within three minutes, whatever its holds are.
import { describe, expect, it } from 'vitest';
import type { HubMetrics } from '../../src/lib/hubWatch/hubMetrics.ts';
import { configOf, osloConfig } from '../support/configOf.ts';
import { Crew } from '../support/crew.ts';
import { hubResourceId, start } from '../support/events.ts';
import { connected, disconnected, Instance } from '../support/instance.ts';
import { offsetMs } from '../support/offsetMs.ts';

const at = (offset: string) => start + offsetMs(offset);
const seconds = (offset: string) => offsetMs(offset) / 1000;
const three = ['oslo-1', 'oslo-2', 'oslo-3'];

describe.each(['1m', '5m', '10m', '30m'])('with a hold of %s', (hold) => {
  const config = configOf(`${osloConfig}policy: { offlineAfter: ${hold}, groupWait: 1s }\n`);
  const holdMs = offsetMs(hold);
  const endOfHold = `${(holdMs + 61_000) / 1000}s`;

  async function fallen() {
    const one = new Instance(config);
    const crew = new Crew(one);
    await one.receive(...three.map((device) => connected(device, start, 1)));
    await crew.until('1m');
    await one.receive(disconnected('oslo-1', at('1m'), 2));
    return { one, crew };
  }

  it('tells what was decided before a crash, though another device falls at once', async () => {
    const { one, crew } = await fallen();
    const late: string[] = [];
    // The message of the evaluation is held by the dead instance for ten minutes.
    for (let call = 1; call <= 10; call++) {
      const again = await fallen();
      const { rows } = again.one;
      again.crew.losesMessage = () => true;
      await again.crew.until(endOfHold);
      const dying = new Instance(config, rows);
      const next = new Instance(config, rows);
      again.crew.joins(dying);
      again.crew.joins(next);
      dying.nowMs += 7_000;
      dying.diesAt = call;
      await Promise.race([dying.evaluate(), dying.death]);
      await again.crew.until(`${seconds(endOfHold) + 9}s`, next);
      again.crew.losesMessage = () => false;
      await next.receive(disconnected('oslo-2', next.nowMs, 2));
      await again.crew.until(`${seconds(endOfHold) + 9 + 185}s`, next);
      if (!again.crew.believes('operators').includes('oslo-1')) late.push(`died before call ${call}`);
    }
    expect(late).toEqual([]);
    // Without a crash, for comparison.
    await crew.until(`${seconds(endOfHold) + 60}s`, one);
    expect(crew.heard('operators')).toEqual(['incident.opened outageBegan']);
  });

  it('tells a loss that comes while the site is looked at, when its message is lost', async () => {
    const late: string[] = [];
    for (let call = 1; call <= 10; call++) {
      const { one, crew } = await fallen();
      await crew.until(`${seconds(endOfHold) + 40 * 60}s`, one);
      const two = new Instance(config, one.rows);
      crew.joins(two);
      let armed = true;
      two.beforeCall = async (_what, count) => {
        if (!armed || count !== call) return;
        armed = false;
        await one.receive(disconnected('oslo-2', one.nowMs, 2));
      };
      const fellAtMs = one.nowMs;
      crew.losesMessage = () => true;
      await two.evaluate();
      if (armed) continue;
      await crew.until(`${(fellAtMs - start + holdMs) / 1000}s`, two);
      crew.losesMessage = () => false;
      await crew.until(`${(fellAtMs - start + holdMs + 190_000) / 1000 + 300}s`, two);
      if (!crew.believes('operators').includes('oslo-2')) late.push(`fell before call ${call}`);
    }
    expect(late).toEqual([]);
  });
});

describe('the number of devices that are gone', () => {
  const watched = configOf(
    `${osloConfig}hubs: [{ resourceId: "${hubResourceId.replace('HUB-FLEET-01', 'hub-fleet-01')}", dropShare: 10%, dropAtLeast: 2 }]\n`,
  );
  /** Ten connected devices, seven from the third minute on: what our events say too. */
  const metrics: HubMetrics = {
    connectedDevices: async (_id, fromMs, toMs) => {
      const points = [];
      for (let atMs = fromMs; atMs < toMs; atMs += 60_000)
        points.push({ atMs, average: atMs < at('3m') ? 10 : 7 });
      return { kind: 'points', points };
    },
  };
  const ten = Array.from({ length: 10 }, (_, index) => `oslo-${index}`);

  it('is not written over by an evaluation that read the site before', async () => {
    const wrong: string[] = [];
    for (let call = 1; call <= 12; call++) {
      const one = new Instance(watched);
      const two = new Instance(watched, one.rows);
      const crew = new Crew(one, two);
      for (const instance of [one, two]) instance.hubMetrics = metrics;
      await one.receive(...ten.map((device) => connected(device, start, 1)));
      await crew.until('2m55s');
      let armed = true;
      two.beforeCall = async (_what, count) => {
        if (!armed || count !== call) return;
        armed = false;
        await one.receive(...ten.slice(0, 3).map((device) => disconnected(device, at('3m'), 2)));
        // It stands still here while the other one tells the outage and asks the logs for the last time.
        await crew.until('58m', one);
      };
      await two.evaluate();
      two.beforeCall = () => {};
      if (armed) continue;
      // Nothing else looks at the site now: the hub's watch takes the number as it stands.
      crew.losesMessage = () => true;
      crew.watches();
      await crew.until('80m', one);
      const hub = one.sent.concat(two.sent).filter(({ hubLevel }) => hubLevel);
      const raised = one.logged
        .concat(two.logged)
        .some(({ what, fields }) => what.startsWith('hub') && fields.reason === 'raised');
      if (hub.length > 0 || raised) wrong.push(`three fell before call ${call}`);
    }
    expect(wrong).toEqual([]);
  });
});
