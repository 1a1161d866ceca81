import { EventGridDeserializer } from '@azure/eventgrid';
import { describe, expect, it } from 'vitest';
import { renderEvent } from '../../../../../src/lib/notify/channels/eventGrid/render.ts';
import { renderWebhook } from '../../../../../src/lib/notify/channels/webhook/render.ts';
import { message, nowMs, resolved } from '../../renderMessages.ts';

describe('an event', () => {
  it('says which incident of which site it is about, and carries what a webhook carries', () => {
    expect(renderEvent(message(), nowMs)).toEqual({
      type: 'IoTHubResponder.incident.opened',
      source: '/hubs/hub-fleet-01',
      subject: 'hubs/hub-fleet-01/sites/oslo/incidents/inc_01JNGZ3V4C',
      id: 'ntc_01JNGZ3V9K',
      time: new Date(nowMs),
      datacontenttype: 'application/json',
      data: renderWebhook(message()).data,
    });
    expect(renderEvent(resolved(), nowMs).type).toBe('IoTHubResponder.incident.resolved');
  });

  it('is one that the package for its readers takes', async () => {
    const event = { specversion: '1.0', ...renderEvent(message(), nowMs) };
    const [read] = await new EventGridDeserializer().deserializeCloudEvents(JSON.stringify(event));
    expect(read).toMatchObject({
      type: 'IoTHubResponder.incident.opened',
      id: 'ntc_01JNGZ3V9K',
      time: new Date(nowMs),
      data: { summary: 'Oslo plant: 38 of 42 devices offline' },
    });
  });

  it('keeps a name from adding to its path', () => {
    const id = '../a/b?c#d e';
    const { source, subject } = renderEvent(
      message({ hub: 'hub/x', site: { kind: 'device', id, name: id, timeZone: 'UTC' } }),
      nowMs,
    );
    expect(source).toBe('/hubs/hub%2Fx');
    expect(subject.split('/')).toHaveLength(6);
  });

  it('tells what the responder says of itself', () => {
    const refused = {
      id: 'cfg_1',
      type: 'responder.configurationRefused',
      about: 'configuration',
      over: false,
      summary: 'Configuration refused: 1 mistake',
      explanation: [],
      problems: ['routes: is missing'],
    } as const;
    expect(renderEvent(refused, nowMs)).toMatchObject({
      type: 'IoTHubResponder.responder.configurationRefused',
      source: '/responder',
      subject: 'announcements/cfg_1',
      id: 'cfg_1',
      data: { noticeId: 'cfg_1', summary: refused.summary, problems: refused.problems },
    });
  });
});
