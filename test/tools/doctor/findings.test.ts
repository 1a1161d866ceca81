import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../../tools/doctor/azureFindings.ts';
import type { AzureFacts, Facts, StorageFacts, Trouble } from '../../../tools/doctor/facts.ts';
import { inLines } from '../../../tools/doctor/finding.ts';
import { findingsOf } from '../../../tools/doctor/findings.ts';

const nowMs = Date.parse('2026-03-04T09:00:00Z');
const secondsAgo = (seconds: number) => nowMs - seconds * 1_000;
const refused: Trouble = { status: 403, says: '403 AuthorizationPermissionMismatch', signedOut: false };

const storage: StorageFacts = {
  table: null,
  queue: null,
  blob: { trouble: null },
  queues: [{ name: 'notices', waiting: 3, setAside: 0 }],
  clock: { storageAtMs: nowMs, fromMs: nowMs + 100, untilMs: nowMs + 300 },
  sweptAtMs: secondsAgo(40),
  failing: new Map(),
};
const subscription = {
  state: 'Succeeded',
  destination: '/subscriptions/s/sites/func-fleet/functions/receiveConnectionEvent',
  types: eventTypes,
};
const azure: AzureFacts = {
  alwaysReady: 1,
  subscription,
  mailDomain: { linked: [{ domain: 'plant.example', unverified: [] }] },
};
const configuration = {
  source: 'blob:config/responder.config.yaml',
  problems: null,
  hash: 'ab'.repeat(32),
  receivers: [
    { name: 'operators', kind: 'email', usesAcs: true },
    { name: 'on-call', kind: 'webhook', usesAcs: false },
  ],
};
const app = {
  url: 'https://func-fleet.azurewebsites.net',
  health: 200,
  responder: {
    code: { version: '0.1.0' },
    rules: { hash: 'ab'.repeat(32) },
    configuration: { problems: [] },
    hubs: [{ hub: 'hub-fleet-01', lastEvent: '2026-03-04T08:59:00.000Z' }],
  },
};
const good: Facts = {
  nowMs,
  development: false,
  settings: { fault: null, publicUrl: app.url, mailService: true, sender: 'alarm@plant.example' },
  configuration,
  storage,
  logs: { kind: 'rows', rows: [{}] },
  app,
  azure,
  versions: { code: '0.1.0', node: 'v24.21.0' },
};

/** What is not ok: the check, what is wrong, and how to mend it. */
function troubles(facts: Partial<Facts>): string[] {
  return findingsOf({ ...good, ...facts })
    .filter(({ state }) => state !== 'ok')
    .map(
      ({ check, state, says, mend }) =>
        `${state === 'wrong' ? '' : '(unchecked) '}${check}: ${says} | ${mend}`,
    );
}

describe('of a good installation', () => {
  it('every line is ok', () => {
    expect(troubles({})).toEqual([]);
    expect(findingsOf(good).map(({ check }) => check)).toEqual([
      'settings',
      'links',
      'configuration',
      'table',
      'queue',
      'blob',
      'queues',
      'clock',
      'sweep',
      'mail',
      'mail domain',
      'workspace',
      'subscription',
      'always-ready',
      'receivers',
      'receivers',
      'app',
      'events',
      'versions',
    ]);
  });

  it('without a workspace and with a file there is nothing wrong either', () => {
    expect(troubles({ logs: null, storage: { ...storage, blob: null } })).toEqual([]);
  });
});

const inStorage = (more: Partial<StorageFacts>): Partial<Facts> => ({ storage: { ...storage, ...more } });
const inAzure = (more: Partial<AzureFacts>): Partial<Facts> => ({ azure: { ...azure, ...more } });
const inApp = (more: Partial<Facts['app']>): Partial<Facts> => ({ app: { ...app, ...more } });
const inResponder = (more: object): Partial<Facts> => inApp({ responder: { ...app.responder, ...more } });
const inSettings = (more: Partial<Facts['settings']>): Partial<Facts> => ({
  settings: { ...good.settings, ...more },
});

describe('names what is wrong, and how to mend it', () => {
  it.each<readonly [string, Partial<Facts>, RegExp]>([
    [
      'a setting',
      inSettings({ fault: 'no storage for tables' }),
      /^settings: no storage for tables \| run this with/,
    ],
    [
      'no address of its own',
      inSettings({ publicUrl: null }),
      /^links: PUBLIC_URL is not set.* \| set it to the address/,
    ],
    [
      'a mistake of the configuration',
      { configuration: { source: 'x.yaml', problems: ['routes: is missing'] }, storage: { ...storage } },
      /^configuration: routes: is missing \| correct x\.yaml/,
    ],
    [
      'a missing role for rows',
      inStorage({ table: { did: 'write', trouble: refused } }),
      /^table: writing a row is refused .*Mismatch\) \| .* role Storage Table Data Contributor/,
    ],
    [
      'a missing role for messages',
      inStorage({ queue: { did: 'delete', trouble: refused } }),
      /^queue: deleting a message is refused .* role Storage Queue Data Contributor/,
    ],
    [
      'a missing role for blobs',
      inStorage({ blob: { trouble: refused } }),
      /^blob: reading the configuration is refused .* role Storage Blob Data Reader/,
    ],
    [
      'nobody signed in',
      inStorage({ table: { did: 'write', trouble: { status: null, says: 'no token', signedOut: true } } }),
      /^table: .*nobody is signed in.* \| run az login/,
    ],
    [
      'a storage that does not answer',
      inStorage({ table: { did: 'write', trouble: { status: null, says: 'ENOTFOUND', signedOut: false } } }),
      /^table: writing a row: no answer \(ENOTFOUND\) \| check the address/,
    ],
    [
      'a key that is not accepted',
      inStorage({ queue: { did: 'write', trouble: { status: 401, says: '401', signedOut: false } } }),
      /^queue: .*key is not accepted.* \| correct AzureWebJobsStorage/,
    ],
    [
      'messages that were set aside',
      inStorage({ queues: [{ name: 'notices', waiting: 0, setAside: 1 }] }),
      /^queues: notices: 1 message was set aside \| npm run poison -- list/,
    ],
    [
      'a clock ahead',
      inStorage({ clock: { storageAtMs: nowMs, fromMs: nowMs + 91_000, untilMs: nowMs + 91_100 } }),
      /^clock: it is 90 s ahead of storage's \| set the clock/,
    ],
    [
      'a clock behind',
      inStorage({ clock: { storageAtMs: nowMs, fromMs: nowMs - 60_200, untilMs: nowMs - 60_000 } }),
      /^clock: it is 60 s behind storage's \| set the clock/,
    ],
    [
      'a sweep that stands',
      inStorage({ sweptAtMs: secondsAgo(600) }),
      /^sweep: it has not run for 10 minutes \|/,
    ],
    [
      'rows that cannot be read, and nothing of what lies in them',
      inStorage({ table: { did: 'read', trouble: refused }, sweptAtMs: null }),
      /^table: reading a row is refused/,
    ],
    ['no sweep ever', inStorage({ sweptAtMs: null }), /^sweep: it has never run/],
    [
      'no mail service',
      inSettings({ mailService: false }),
      /^mail: no mail service is named \| set COMMUNICATION/,
    ],
    ['no sender', inSettings({ sender: null }), /^mail: no sender is named \| set EMAIL_SENDER/],
    ['a sender that is none', inSettings({ sender: 'alarm' }), /^mail: alarm is not an address/],
    [
      'a sender of another domain',
      inSettings({ sender: 'alarm@other.example' }),
      /^mail domain: other\.example is not linked.* \| use a sender of plant\.example/,
    ],
    [
      'a domain that is not verified',
      inAzure({ mailDomain: { linked: [{ domain: 'plant.example', unverified: ['SPF', 'DKIM'] }] } }),
      /^mail domain: plant\.example: not verified are SPF, DKIM \|/,
    ],
    [
      'a workspace that refuses',
      { logs: { kind: 'refused', reason: '403' } },
      /^workspace: .*role Log Analytics Data Reader/,
    ],
    [
      'a workspace without the table',
      { logs: { kind: 'noTable' } },
      /^workspace: it has no table AzureDiagnostics.*diagnostic setting/,
    ],
    [
      'a workspace without rows',
      { logs: { kind: 'rows', rows: [] } },
      /^workspace: .*no row of the last day.*Connections/,
    ],
    [
      'a workspace that fails',
      { logs: { kind: 'failed', reason: 'ENOTFOUND' } },
      /^workspace: ENOTFOUND \| check LOG_/,
    ],
    ['a workspace without an answer', { logs: { kind: 'timedOut' } }, /^workspace: no answer in time/],
    [
      'a subscription that failed',
      inAzure({ subscription: { state: 'Failed', destination: '', types: [] } }),
      /^subscription: its state is Failed \| deploy infra\/events\.bicep again/,
    ],
    [
      'a subscription to elsewhere',
      inAzure({ subscription: { state: 'Succeeded', destination: '/functions/other', types: eventTypes } }),
      /^subscription: it delivers to \/functions\/other/,
    ],
    [
      'a subscription that leaves events out',
      inAzure({
        subscription: { ...subscription, types: eventTypes.slice(1) },
      }),
      /^subscription: it leaves out Microsoft\.Devices\.DeviceConnected/,
    ],
    [
      'no instance that is always ready',
      inAzure({ alwaysReady: 0 }),
      /^always-ready: none.*sizing\.alwaysReady 1/,
    ],
    [
      'a receiver that is known to fail',
      inStorage({ failing: new Map([['on-call', { sinceMs: secondsAgo(60), error: 'HTTP 410' }]]) }),
      /^receivers: on-call \(webhook\): cannot be told since 2026-03-04T08:59:00\.000Z: HTTP 410/,
    ],
    [
      'a receiver that no test reaches',
      {
        tests: new Map([
          ['operators', null],
          ['on-call', 'HTTP 401'],
        ]),
      },
      /^receivers: on-call \(webhook\): HTTP 401 \| correct its settings/,
    ],
    [
      'an app that is dead',
      inApp({ health: null, responder: { because: 'dead' } }),
      /^app: .* does not answer \| start it/,
    ],
    [
      'an app that is not ready',
      inApp({ health: 503, responder: { because: '503' } }),
      /^app: .*health answers 503 \| its log/,
    ],
    [
      'an app with a refused configuration',
      inResponder({ configuration: { problems: ['routes: is missing'] } }),
      /^app: it refuses the newest configuration: routes: is missing/,
    ],
    [
      'an app with other rules',
      inResponder({ rules: { hash: 'cd' } }),
      /^app: it uses another configuration/,
    ],
    ['no event ever', inResponder({ hubs: [] }), /^events: no event has ever come/],
    [
      'a hub that is silent',
      inResponder({ hubs: [{ hub: 'hub-1', lastEvent: '2026-03-02T00:00:00.000Z' }] }),
      /^events: hub-1: none since 2026-03-02/,
    ],
    [
      'an old Node.js',
      { versions: { code: '0.1.0', node: 'v22.1.0' } },
      /^versions: .*Node\.js v22.* \| .*npm run doctor/,
    ],
    [
      'an app of another version',
      { versions: { code: '0.2.0', node: 'v24.1.0' } },
      /^versions: code 0\.2\.0.*the app has code 0\.1\.0/,
    ],
  ])('%s', (_, facts, expected) => {
    expect(troubles(facts).filter((line) => !line.startsWith('(unchecked)'))).toEqual([
      expect.stringMatching(expected),
    ]);
  });
});

describe('what cannot be looked at is not wrong, and says why', () => {
  it.each<readonly [string, Partial<Facts>, readonly RegExp[]]>([
    [
      'Azure',
      { azure: { because: 'az is not installed' } },
      [
        /^\(unchecked\) mail domain: needs Azure: az is not installed/,
        /subscription: needs Azure/,
        /always-ready: needs Azure/,
      ],
    ],
    ['an app without an address', { app: null }, [/app: no address/, /events: the app would know/]],
    [
      'an app that wants a key',
      inApp({ responder: { because: 'the app answered 401' } }),
      [/events: the app answered 401 \| give a function key/],
    ],
    ['an app of before', inApp({ responder: {} }), [/events: this version of the app does not tell/]],
    [
      'a workspace that is asked too often',
      { logs: { kind: 'throttled', retryAfterMs: 1 } },
      [/workspace: it is asked too often/],
    ],
  ])('%s', (_, facts, expected) => {
    expect(troubles(facts)).toEqual(expected.map((line) => expect.stringMatching(line)));
  });
});

it('is printed on one line, with the way to mend it on the next', () => {
  const lines = findingsOf({ ...good, versions: { code: '0.2.0', node: 'v24.1.0' } }).flatMap(inLines);
  expect(lines[0]).toBe('ok     settings       the storage and the configuration are named');
  expect(lines.at(-2)).toMatch(/^WRONG {2}versions {7}code 0\.2\.0/);
  expect(lines.at(-1)).toMatch(/^ {22}mend: publish this version/);
});
