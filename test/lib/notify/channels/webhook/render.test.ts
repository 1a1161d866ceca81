import { describe, expect, it } from 'vitest';
import { renderWebhook } from '../../../../../src/lib/notify/channels/webhook/render.ts';
import { back, device, diagnosis, message, resolved } from '../../renderMessages.ts';

const opened = message({ devices: [device('oslo-press-07')], devicesTruncated: 37 });

describe('renderWebhook', () => {
  it('renders the body of the contract byte for byte', () => {
    expect(JSON.stringify(renderWebhook(opened))).toBe(
      JSON.stringify({
        type: 'incident.opened',
        timestamp: '2026-03-04T08:20:52.184Z',
        data: {
          noticeId: 'ntc_01JNGZ3V9K',
          incidentId: 'inc_01JNGZ3V4C',
          reason: 'outageBegan',
          status: 'open',
          severity: 'critical',
          per: 'site',
          hub: 'hub-fleet-01',
          site: { id: 'oslo', name: 'Oslo plant' },
          summary: 'Oslo plant: 38 of 42 devices offline',
          counts: { offline: 38, flapping: 0, silenced: 0, known: 42 },
          devices: [
            {
              deviceId: 'oslo-press-07',
              moduleId: null,
              phase: 'offline',
              flapping: false,
              lostContact: { notBefore: '2026-03-04T08:12:10.000Z', notAfter: '2026-03-04T08:15:20.000Z' },
              backAt: null,
            },
          ],
          devicesTruncated: 37,
          openedAt: '2026-03-04T08:20:20.000Z',
          resolvedAt: null,
          diagnosis: {
            status: 'available',
            cause: 'siteUplink',
            confidence: 'high',
            summary: diagnosis.summary,
            errors: diagnosis.errors,
            steps: diagnosis.steps,
            evidence: diagnosis.evidence,
            unavailableBecause: null,
            also: [],
          },
          acknowledged: null,
          notes: [],
          links: {
            incident: 'https://responder.example/incidents/inc_01JNGZ3V4C',
            acknowledge: null,
            silence: null,
            logs: 'https://portal.azure.com/#blade/logs',
            device: null,
            resourceHealth: null,
          },
        },
      }),
    );
  });

  it('tells when a device came back and when the incident was over', () => {
    const { type, data } = renderWebhook(resolved({ devices: [device('a', back)] }));
    expect(type).toBe('incident.resolved');
    expect(data.resolvedAt).toBe('2026-03-04T08:34:20.000Z');
    expect(data.devices[0]).toMatchObject({ phase: 'online', backAt: '2026-03-04T08:26:10.000Z' });
  });

  it('marks a deleted device and no other', () => {
    const { devices } = renderWebhook(
      message({ devices: [device('a'), device('b', { deleted: true })] }),
    ).data;
    expect(devices.map((each) => 'deleted' in each)).toEqual([false, true]);
    expect(devices[1]).toMatchObject({ phase: 'offline', deleted: true });
  });

  it('has no lost contact for a device that only flaps', () => {
    const only = device('a', { phase: 'online', flapping: true, lostContact: null });
    expect(renderWebhook(message({ devices: [only] })).data.devices[0]?.lostContact).toBeNull();
  });

  it('passes a diagnosis on that could not be made', () => {
    const unavailable = {
      ...diagnosis,
      status: 'unavailable',
      unavailableBecause: 'the log table does not exist',
    } as const;
    expect(renderWebhook(message({ diagnosis: unavailable })).data.diagnosis).toMatchObject({
      status: 'unavailable',
      unavailableBecause: 'the log table does not exist',
    });
  });

  it('cuts the devices at 100 and counts the rest', () => {
    const devices = Array.from({ length: 103 }, (_, index) => device(`d${index}`));
    const { data } = renderWebhook(message({ devices, devicesTruncated: 7 }));
    expect(data.devices).toHaveLength(100);
    expect(data.devicesTruncated).toBe(10);
  });

  it('stays below 64 KB with 100 modules whose ids are as long as they may be', () => {
    const devices = Array.from({ length: 100 }, () => device('d'.repeat(128), { moduleId: 'm'.repeat(128) }));
    expect(Buffer.byteLength(JSON.stringify(renderWebhook(message({ devices }))))).toBeLessThan(64 * 1024);
  });
});

it('names further causes, each with the number of its devices', () => {
  const also = [
    { cause: 'credentials', confidence: 'medium', devices: 8, summary: 'Eight clocks are wrong.' },
  ] as const;
  const { data } = renderWebhook(message({ diagnosis: { ...diagnosis, also } }));
  expect(data.diagnosis.also).toEqual(also);
});
