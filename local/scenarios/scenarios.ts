import type { LogRow, RawKind } from './iotHub.ts';

/** What happens at a moment of a scenario; `atMs` counts from its beginning. */
export type Action = {
  readonly atMs: number;
  readonly tells?: string;
  readonly events?: readonly { readonly kind: RawKind; readonly deviceId: string }[];
  readonly rows?: readonly Omit<LogRow, 'atMs'>[];
};

type ScenarioOptions = {
  /** Devices. */
  readonly size: number;
  /** Events per second, at most. */
  readonly rate: number;
  /** Picks devices and small delays. */
  readonly random: () => number;
  /** How long the holds of the running configuration are, milliseconds: what is short and what is long. */
  readonly holdMs: number;
};

type Scenario = {
  readonly title: string;
  readonly size: number;
  readonly actions: (options: ScenarioOptions) => Action[];
};

const closedRemotely = ['404104', 'DeviceConnectionClosedRemotely'] as const;
const unauthorized = ['401003', 'IotHubUnauthorized'] as const;

function deviceNames(size: number): string[] {
  const width = Math.max(2, String(size).length);
  return Array.from({ length: size }, (_, index) => `oslo-press-${String(index + 1).padStart(width, '0')}`);
}

const connect = (deviceId: string) => ({ kind: 'DeviceConnected', deviceId }) as const;
const lose = (deviceId: string) => ({ kind: 'DeviceDisconnected', deviceId }) as const;
const lostRow = (deviceId: string, error: LogRow['error'] = closedRemotely) =>
  ({ deviceId, operation: 'deviceDisconnect', error }) as const;

function allConnect(devices: readonly string[]): Action {
  return {
    atMs: 0,
    tells: `${devices.length} devices of the Oslo plant connect`,
    events: devices.map(connect),
  };
}

/** One device alternates once a second. */
function flaps(deviceId: string, fromMs: number, times: number): Action[] {
  return Array.from({ length: times }, (_, index) => ({
    atMs: fromMs + index * 1_000,
    ...(index === 0 ? { tells: `${deviceId} begins to flap: it drops and returns every second` } : {}),
    events: [index % 2 === 0 ? lose(deviceId) : connect(deviceId)],
  }));
}

/** Events in portions of a tenth of a second that keep to the rate. */
function atRate(rate: number, fromMs: number, events: NonNullable<Action['events']>): Action[] {
  const portion = Math.max(1, Math.floor(rate / 10));
  const actions: Action[] = [];
  for (let start = 0; start < events.length; start += portion) {
    actions.push({ atMs: fromMs + (start / portion) * 100, events: events.slice(start, start + portion) });
  }
  return actions;
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  demo: {
    title:
      'a plant loses all but two of its devices; of those two, one blips and one flaps; then all recover',
    size: 40,
    actions: ({ size, holdMs }) => {
      const devices = deviceNames(size);
      const [blipping, flapping] = devices.slice(-2);
      const falling = devices.slice(0, -2);
      const outageMs = 4_000;
      const backMs = outageMs + 4 * holdMs + 3_000;
      return [
        allConnect(devices),
        {
          atMs: 1_500,
          tells: `${blipping} drops for a second: nobody should hear about it`,
          events: [lose(blipping!)],
        },
        { atMs: 2_500, events: [connect(blipping!)] },
        {
          atMs: outageMs,
          tells: `${falling.length} of ${size} devices drop: the plant's uplink is gone`,
          events: falling.map(lose),
          rows: falling.map((deviceId) => lostRow(deviceId)),
        },
        ...flaps(flapping!, outageMs + 1_000, 8),
        { atMs: backMs, tells: 'the uplink is back, the devices connect', events: falling.map(connect) },
      ];
    },
  },
  siteOutage: {
    title: 'a whole site drops within seconds, and returns',
    size: 40,
    actions: ({ size, rate, holdMs }) => {
      const devices = deviceNames(size);
      const lostMs = 2_000;
      return [
        allConnect(devices),
        { atMs: lostMs, tells: `${size} devices drop`, rows: devices.map((deviceId) => lostRow(deviceId)) },
        ...atRate(rate, lostMs, devices.map(lose)),
        { atMs: lostMs + 3 * holdMs + 5_000, tells: 'all connect again' },
        ...atRate(rate, lostMs + 3 * holdMs + 5_000, devices.map(connect)),
      ];
    },
  },
  blip: {
    title: 'devices drop and return within the hold; nobody is told',
    size: 5,
    actions: ({ size, holdMs, random }) => {
      const devices = deviceNames(size);
      return [
        allConnect(devices),
        { atMs: 1_000, tells: `${size} devices drop for less than the hold` },
        ...devices.flatMap((deviceId) => {
          const lostMs = 1_000 + random() * holdMs * 0.3;
          return [
            { atMs: lostMs, events: [lose(deviceId)] },
            { atMs: lostMs + holdMs * (0.2 + random() * 0.4), events: [connect(deviceId)] },
          ];
        }),
      ];
    },
  },
  flapper: {
    title: 'one device drops and returns every second, then calms down',
    size: 5,
    actions: ({ size }) => {
      const devices = deviceNames(size);
      return [allConnect(devices), ...flaps(devices.at(-1)!, 2_000, 16)];
    },
  },
  tokenRenewal: {
    title: 'devices renew their tokens with a short reconnect (401003, then back); nobody is told',
    size: 10,
    actions: ({ size, holdMs }) => {
      const devices = deviceNames(size);
      return [
        allConnect(devices),
        { atMs: 1_000, tells: `${size} devices renew their tokens, one after the other` },
        ...devices.flatMap((deviceId, index) => {
          const lostMs = 1_000 + index * 200;
          return [
            { atMs: lostMs, events: [lose(deviceId)], rows: [lostRow(deviceId, unauthorized)] },
            {
              atMs: lostMs + Math.min(1_000, holdMs / 3),
              events: [connect(deviceId)],
              rows: [{ deviceId, operation: 'deviceConnect' as const, error: null }],
            },
          ];
        }),
      ];
    },
  },
  storm: {
    title: 'many devices of many sites drop at once, and return at the given rate',
    size: 1_000,
    actions: ({ size, rate, holdMs }) => {
      const devices = Array.from(
        { length: size },
        (_, index) => `site${index % 50}-unit-${Math.floor(index / 50)}`,
      );
      const lostMs = 2_000 + (size / rate) * 1_000;
      const backMs = lostMs + (size / rate) * 1_000 + 2 * holdMs + 3_000;
      return [
        { atMs: 0, tells: `${size} devices of ${Math.min(size, 50)} sites connect` },
        ...atRate(rate, 0, devices.map(connect)),
        { atMs: lostMs, tells: 'the hub drops them all' },
        ...atRate(rate, lostMs, devices.map(lose)),
        { atMs: backMs, tells: 'they connect again' },
        ...atRate(rate, backMs, devices.map(connect)),
      ];
    },
  },
};
