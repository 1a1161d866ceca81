import { describe, expect, it } from 'vitest';
import { createDiagnoser } from '../../../src/lib/diagnosis/diagnoser.ts';
import { configOf, diagnoseSituation, logRows, readSituations, requestOf, workspaceOf } from './situation.ts';

const named = (name: string) => readSituations().find((situation) => situation.name === name)!;

describe('explain', () => {
  it('counts every error row since ten minutes before the loss, more than the newest 20 too', async () => {
    const { errors } = await diagnoseSituation(named('expired-certificate'));
    expect(errors).toEqual([
      { code: '401003', name: 'IotHubUnauthorized', count: 29, lastSeen: '2026-03-04T09:19:20.000Z' },
      {
        code: '404104',
        name: 'DeviceConnectionClosedRemotely',
        count: 1,
        lastSeen: '2026-03-04T09:09:50.000Z',
      },
    ]);
  });

  it('leaves the errors of earlier renewals out', async () => {
    const { errors } = await diagnoseSituation(named('site-power-cut-after-token-renewals'));
    expect(errors.map(({ code }) => code)).toEqual(['404104']);
  });

  it('speaks of a contradiction only where there is one', async () => {
    const summary = async (name: string) => (await diagnoseSituation(named(name))).summary;
    expect(await summary('half-refused-half-lost')).toContain('contradict');
    expect(await summary('a-part-of-the-site-without-pattern')).not.toContain('contradict');
  });

  it('names the port of the protocol in use', async () => {
    const mqtt = await diagnoseSituation(named('site-power-cut'));
    expect(mqtt.steps.join()).toContain('TCP 8883 (MQTT) out to hub-fleet-01.azure-devices.net');
    const amqp = await diagnoseSituation(named('edge-modules-of-one-device'));
    expect(amqp.steps.join()).toContain('TCP 5671 (AMQP)');
  });

  it('shows the words and steps of the installation in place of its own', async () => {
    const situation = named('device-disabled');
    const catalogue = {
      codes: { '403012': { name: 'Gesperrt', steps: ['Rufen Sie die Leitwarte an ({device}).'] } },
      causes: { administrative: { meaning: 'von Hand gesperrt', steps: ['Nichts am Gerät tun.'] } },
    };
    const config = { ...configOf(situation), catalogue };
    const nowMs = Date.parse(situation.now);
    const workspace = workspaceOf(logRows(situation), nowMs);
    const diagnoser = createDiagnoser({ workspace, config: () => config });
    const diagnosis = (await diagnoser.diagnose([requestOf(situation)], nowMs, 5_000))[0]!;
    expect(diagnosis.summary).toContain('von Hand gesperrt');
    expect(diagnosis.steps).toEqual(['Nichts am Gerät tun.', 'Rufen Sie die Leitwarte an (oslo-press-07).']);
    expect(diagnosis.errors[0]).toMatchObject({ code: '403012', name: 'Gesperrt' });
  });

  it('tells what a leading code means, whether it passes, and where to read on', async () => {
    const { evidence } = await diagnoseSituation(named('device-disabled'));
    expect(evidence.for.join(' ')).toContain(
      '403012 DeviceDisabled: The device is disabled in the registry. It does not clear by itself. See “Troubleshoot Azure IoT Hub error codes”',
    );
  });

  it('uses the meaning that the installation has for a code', async () => {
    const situation = named('device-disabled');
    const catalogue = { codes: { '403012': { meaning: 'Von der Leitwarte gesperrt.' } }, causes: {} };
    const nowMs = Date.parse(situation.now);
    const diagnoser = createDiagnoser({
      workspace: workspaceOf(logRows(situation), nowMs),
      config: () => ({ ...configOf(situation), catalogue }),
    });
    const [diagnosis] = await diagnoser.diagnose([requestOf(situation)], nowMs, 20_000);
    expect(diagnosis!.evidence.for.join(' ')).toContain('403012 DeviceDisabled: Von der Leitwarte gesperrt.');
  });

  it('has steps for each of two causes, the first one’s first', async () => {
    const { cause, also, steps } = await diagnoseSituation(named('site-back-with-wrong-clocks'));
    expect(cause).toBe('siteUplink');
    expect(also).toMatchObject([{ cause: 'credentials', devices: 2 }]);
    expect(also[0]!.summary).toMatch(/^Probably key, token, certificate or clock .* 2 of 20 devices/);
    const power = steps.findIndex((step) => step.includes('has power'));
    const clock = steps.findIndex((step) => step.includes('the clock of the device oslo-press-01'));
    expect(power).toBe(0);
    expect(clock).toBeGreaterThan(power);
    expect(steps.length).toBeLessThanOrEqual(8);
  });

  it('says what it means that no row ever came', async () => {
    const { summary, confidence } = await diagnoseSituation(named('site-down-and-no-row-ever-came'));
    const { evidence } = await diagnoseSituation(named('device-without-a-row'));
    expect(confidence).toBe('medium');
    expect(`${summary} ${evidence.for.join(' ')}`).toContain('nothing reaches the hub');
  });
});
