import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendEvents, ways } from '../../local/scenarios/eventWays.ts';
import type { RawEvent } from '../support/events.ts';
import { eventually } from './eventually.ts';
import { type Stage, setStage, sitesNamed } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage(
    (people) =>
      `${sitesNamed(['way'])}receivers: { ops: { ${people.webhook('ops')} } }\nroutes: [{ to: [ops] }]\n`,
    { EVENT_SOURCE: 'eventHubs' },
  );
});
afterAll(() => stage?.close());

const lost = (deviceId: string): RawEvent => ({
  kind: 'DeviceDisconnected',
  deviceId,
  atMs: Date.now(),
  sequence: 1,
});

/** Waits until the app believes that a device is gone. */
async function believed(deviceId: string): Promise<void> {
  await eventually(async () => {
    const { body } = await stage.product.call('GET', `/api/devices/hub-fleet-01/${deviceId}`);
    expect(body).toMatchObject({ deviceId, phase: 'suspect' });
  });
}

it.each(ways)('events are taken as they come by %s', async (way) => {
  const { url, cloudUrl } = stage.product;
  const deviceId = `way-${way.toLowerCase()}`;
  await sendEvents(way, { hostUrl: url, cloudUrl }, [lost(deviceId)]);
  await believed(deviceId);
});

it('a message that is none harms no other', async () => {
  const { url, cloudUrl } = stage.product;
  const bodies = ['plain text', '{"id":7}', '[]', 'null'].map((Body) => ({
    Body,
    BrokerProperties: { PartitionKey: 'one' },
  }));
  const hub = `${url}/runtime/local/eventhubs/device-events/messages`;
  const posted = await fetch(hub, { method: 'POST', body: JSON.stringify(bodies) });
  expect(posted.status).toBe(201);
  const answer = (await (await fetch(`${cloudUrl}/storage`)).json()) as { connectionString: string };
  const queues = QueueServiceClient.fromConnectionString(answer.connectionString);
  await queues.getQueueClient('device-events').sendMessage('not base64!');
  await sendEvents('route', { hostUrl: url, cloudUrl }, [lost('way-after-1')]);
  await sendEvents('storageQueue', { hostUrl: url, cloudUrl }, [lost('way-after-2')]);
  await believed('way-after-1');
  await believed('way-after-2');
  await eventually(async () => {
    const poison = await queues.getQueueClient('device-events-poison').peekMessages();
    expect(poison.peekedMessageItems.map(({ messageText }) => messageText)).toEqual(['not base64!']);
  });
});
