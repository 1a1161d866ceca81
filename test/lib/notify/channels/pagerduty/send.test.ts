import { describe, expect, it } from 'vitest';
import type { Handle } from '../../../../../src/lib/incident/handle.ts';
import { openPagerDuty } from '../../../../../src/lib/notify/channels/pagerduty/send.ts';
import type { PagerDutySettings } from '../../../../../src/lib/notify/channels/pagerduty/settings.ts';
import type { Receiver } from '../../../../../src/lib/policy/receiver.ts';
import { configOf } from '../../../../support/configOf.ts';
import { hasIt, message, nowMs, resolved } from '../../renderMessages.ts';
import { type Came, useReceiver } from '../httpReceiver.ts';

const [first, second, third] = ['1', '2', '3'].map((digit) => digit.repeat(32)) as [string, string, string];
const general = configOf('receivers: { page: { email: { to: [a@b.example] } } }\nroutes: []').receivers.get(
  'page',
)!;

describe('pagerduty', () => {
  const pager = useReceiver();
  const accept = () => pager.answers(() => ({ status: 202, body: { status: 'success' } }));
  let settings: Record<string, string> = {};
  const channel = openPagerDuty({
    setting: (name) => settings[name] ?? null,
    addresses: () => ({ development: true, allowHosts: [] }),
  });
  const receiver = (
    routingKey: string,
    formerKeys: string[] = [],
    setting?: string,
  ): Receiver<PagerDutySettings> => ({
    ...general,
    channel: { kind: 'pagerduty', routingKey, formerKeys, url: `${pager.url}/v2/enqueue` },
    ...(setting === undefined ? {} : { settingNames: { routingKey: setting } }),
  });
  const said = ({ body }: Came) => {
    const { routing_key, event_action } = body as { routing_key: string; event_action: string };
    return `${event_action} by ${routing_key[0]}`;
  };
  const events = () => pager.came.map(said);

  /** Opens by the first key, and answers what is remembered of it. */
  async function opened(by = receiver(first)): Promise<Handle> {
    accept();
    const result = await channel.send(message(), by, nowMs);
    expect(result).toMatchObject({ kind: 'sent', handle: { kind: 'pagerduty' } });
    pager.came.length = 0;
    return result.handle!;
  }

  it('opens, adds and closes by the same key', async () => {
    const handle = await opened();
    const update = await channel.send(message({ type: 'incident.updated' }), receiver(first), nowMs, handle);
    expect(update).toEqual({ kind: 'sent', handle });
    expect(await channel.send(resolved(), receiver(first), nowMs, handle)).toEqual({ kind: 'sent' });
    expect(events()).toEqual(['trigger by 1', 'resolve by 1']);
    expect(pager.came[0]?.path).toBe('/v2/enqueue');
  });

  const acknowledged = message({
    type: 'incident.updated',
    reason: 'acknowledged',
    acknowledged: hasIt,
  });
  const nobodyHasIt = message({ type: 'incident.updated', reason: 'acknowledgementEnded' });

  it('acknowledges by the key that opened it, and triggers by it again when nobody has it any more', async () => {
    const handle = await opened();
    const changed = receiver(second, [first]);
    expect(await channel.send(acknowledged, changed, nowMs, handle)).toEqual({ kind: 'sent' });
    await channel.send(nobodyHasIt, changed, nowMs, handle);
    expect(events()).toEqual(['acknowledge by 1', 'trigger by 1']);
    const keys = pager.came.map(({ body }) => (body as { dedup_key: string }).dedup_key);
    expect(new Set(keys).size).toBe(1);
  });

  it('neither opens anything nor fails where the alert cannot be acknowledged any more', async () => {
    const handle = await opened();
    expect(await channel.send(acknowledged, receiver(second), nowMs, handle)).toEqual({ kind: 'sent' });
    expect(events()).toEqual(['acknowledge by 2']);
  });

  it('of an acknowledgement without a known beginning tries the former keys as well', async () => {
    accept();
    expect(await channel.send(acknowledged, receiver(second, [first]), nowMs)).toEqual({ kind: 'sent' });
    expect(events()).toEqual(['acknowledge by 2', 'acknowledge by 1']);
  });

  it('remembers no key, only what tells it from others and the setting that held it', async () => {
    const handle = await opened(receiver(first, [], 'PAGERDUTY_KEY'));
    expect(JSON.stringify(handle)).not.toContain(first);
    expect(handle.opened).toMatch(/^PAGERDUTY_KEY=[\w-]{16}$/);
  });

  it.each<[string, Receiver<PagerDutySettings>, Record<string, string>]>([
    ['among the former keys', receiver(second, [third, first]), {}],
    ['in the setting that held it, though the file names another', receiver(second), { OLD_KEY: first }],
  ])(
    'goes on by the old key after the key was changed, when it is still held %s',
    async (_, changed, held) => {
      const by = { ...changed, channel: { ...changed.channel, url: `${pager.url}/v2/enqueue` } };
      const handle = await opened(receiver(first, [], 'OLD_KEY'));
      settings = held;
      await channel.send(message({ type: 'incident.updated' }), by, nowMs, handle);
      expect(await channel.send(resolved(), by, nowMs, handle)).toEqual({ kind: 'sent' });
      expect(events()).toEqual(['trigger by 1', 'resolve by 1']);
      settings = {};
    },
  );

  it('sends the end by the new key when the old one was given away, and says what is left to do', async () => {
    const handle = await opened(receiver(first, [], 'PAGERDUTY_KEY'));
    settings = { PAGERDUTY_KEY: second };
    const result = await channel.send(resolved(), receiver(second, [], 'PAGERDUTY_KEY'), nowMs, handle);
    expect(events()).toEqual(['resolve by 2']);
    expect(result).toMatchObject({
      kind: 'failedPermanently',
      hopeless: true,
      error: expect.stringMatching(/inc_01JNGZ3V4C\/oslo-operators .*closed by hand.*PAGERDUTY_KEY/),
    });
    expect(JSON.stringify(result)).not.toMatch(new RegExp(`${first}|${second}`));
    settings = {};
  });

  it('tells news by the new key when the old one was given away, and closes both once it is found again', async () => {
    const handle = await opened();
    const update = await channel.send(message({ type: 'incident.updated' }), receiver(second), nowMs, handle);
    const end = await channel.send(resolved(), receiver(second, [first]), nowMs, update.handle);
    expect(end).toEqual({ kind: 'sent' });
    expect(events()).toEqual(['trigger by 2', 'resolve by 1', 'resolve by 2']);
  });

  it('closes what it can, and still says what is left', async () => {
    const handle = await opened();
    const update = await channel.send(message({ type: 'incident.updated' }), receiver(second), nowMs, handle);
    const end = await channel.send(resolved(), receiver(second), nowMs, update.handle);
    expect(end).toMatchObject({ kind: 'failedPermanently', hopeless: true });
    expect(events()).toEqual(['trigger by 2', 'resolve by 2']);
  });

  it('remembers a key whose answer was lost: the alert may be open', async () => {
    pager.answers(() => ({ breaks: true }));
    const lost = await channel.send(message(), receiver(first), nowMs);
    expect(lost).toMatchObject({
      kind: 'failedTemporarily',
      outcomeUnknown: true,
      handle: { kind: 'pagerduty' },
    });
    pager.came.length = 0;
    accept();
    await channel.send(message(), receiver(second, [first]), nowMs, lost.handle);
    expect(events()).toEqual(['trigger by 1']);
  });

  it('of an end without a known beginning tries the former keys as well', async () => {
    pager.answers(({ body }) => ({
      status: (body as { routing_key: string }).routing_key === first ? 400 : 202,
    }));
    expect(await channel.send(resolved(), receiver(second, [first]), nowMs)).toEqual({ kind: 'sent' });
    expect(events()).toEqual(['resolve by 2', 'resolve by 1']);
  });

  it.each<[number, string, object]>([
    [202, 'sent', {}],
    [400, 'failedPermanently', { error: "HTTP 400: Event object is invalid, 'routing_key' is invalid: …" }],
    [429, 'failedTemporarily', { retryAfterMs: null, throttled: true, outcomeUnknown: false }],
    [500, 'failedTemporarily', { outcomeUnknown: false }],
    [302, 'failedPermanently', { error: expect.stringContaining('HTTP 302') }],
  ])('reads %i as %s', async (status, kind, more) => {
    const body = {
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: [`'routing_key' is invalid: ${first}`],
    };
    pager.answers(() => ({ status, body }));
    expect(await channel.send(message(), receiver(first), nowMs)).toMatchObject({ kind, ...more });
  });

  it('honours how long it is to wait', async () => {
    pager.answers(() => ({ status: 429, headers: { 'retry-after': '30' } }));
    expect(await channel.send(message(), receiver(first), nowMs)).toMatchObject({ retryAfterMs: 30_000 });
  });

  it('tries the end at one integration again as long as another does not answer', async () => {
    const handle = await opened();
    const update = await channel.send(message({ type: 'incident.updated' }), receiver(second), nowMs, handle);
    pager.answers(({ body }) => ({
      status: (body as { routing_key: string }).routing_key === second ? 503 : 202,
    }));
    const end = await channel.send(resolved(), receiver(second, [first]), nowMs, update.handle);
    expect(end).toMatchObject({ kind: 'failedTemporarily', error: 'HTTP 503' });
  });

  it('reaches nothing inside our own network outside local runs', async () => {
    const strict = openPagerDuty({
      setting: () => null,
      addresses: () => ({ development: false, allowHosts: [] }),
    });
    expect(await strict.send(message(), receiver(first), nowMs)).toMatchObject({
      kind: 'failedPermanently',
      error: expect.stringContaining("PagerDuty's address is not encrypted"),
    });
    expect(pager.came).toEqual([]);
  });

  it('calls the local cloud where that stands in, whatever is configured', async () => {
    accept();
    const local = openPagerDuty({
      setting: (name) => (name === 'LOCAL_RECEIVERS' ? pager.url : null),
      addresses: () => ({ development: false, allowHosts: [] }),
    });
    const by = receiver(first);
    await local.send(
      message(),
      { ...by, channel: { ...by.channel, url: 'https://events.pagerduty.com/v2/enqueue' } },
      nowMs,
    );
    expect(pager.came.map(({ path }) => path)).toEqual(['/pagerduty/v2/enqueue']);
  });
});
