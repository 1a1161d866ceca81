import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildConfig } from '../../../src/lib/config/buildConfig.ts';
import { fileSchema } from '../../../src/lib/config/schema.ts';
import { createDiagnoser } from '../../../src/lib/diagnosis/diagnoser.ts';
import type { Diagnosis, DiagnosisRequest } from '../../../src/lib/diagnosis/diagnosis.ts';
import type { LogAnswer, LogCells } from '../../../src/lib/diagnosis/logs/logWorkspace.ts';
import { placeOf } from '../../../src/lib/directory/placeOf.ts';
import type { Rules } from '../../../src/lib/policy/rules.ts';
import { configOf, logRows, readSituations, requestOf, type Situation, workspaceOf } from './situation.ts';

/*
 * The answer depends on what happened, not on how it was written down (docs/diagnosis.md#how-well-it-does). Each
 * property is tried on every recorded situation, with random choices by fast-check.
 */

type Asked = { nowMs: number; request: DiagnosisRequest; config: Rules; rows: LogCells[]; hub: LogCells[] };
type Recorded = Asked & { situation: Situation; answer: Diagnosis };

const recorded: Recorded[] = [];
const isRows = (query: string) => query.includes('let connections');

beforeAll(async () => {
  for (const situation of readSituations()) {
    const nowMs = Date.parse(situation.now);
    const workspace = workspaceOf(logRows(situation), nowMs);
    const cells: { rows: LogCells[]; hub: LogCells[] } = { rows: [], hub: [] };
    const config = configOf(situation);
    const request = requestOf(situation);
    await createDiagnoser({
      workspace: {
        async ask(question, budgetMs) {
          const answer = await workspace.ask(question, budgetMs);
          if ('rows' in answer) cells[isRows(question.query) ? 'rows' : 'hub'].push(...answer.rows);
          return answer;
        },
      },
      config: () => config,
    }).diagnose([request], nowMs, 20_000);
    const asked = { nowMs, request, config, ...cells };
    recorded.push({ ...asked, situation, answer: await diagnose(asked) });
  }
}, 120_000);

async function diagnose({ nowMs, request, config, rows, hub }: Asked): Promise<Diagnosis> {
  const [diagnosis] = await createDiagnoser({
    workspace: {
      ask: async ({ query }): Promise<LogAnswer> => ({ kind: 'rows', rows: isRows(query) ? rows : hub }),
    },
    config: () => config,
  }).diagnose([request], nowMs, 20_000);
  return diagnosis!;
}

/** What a reader would act on. */
function gist({ cause, confidence, also, errors, status }: Diagnosis) {
  return {
    answer: `${cause} ${confidence}`,
    status,
    also: also.map((each) => `${each.cause} ${each.confidence} ${each.devices}`),
    errors: errors.map(({ code, count }) => `${code} ${count}`),
  };
}

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  let state = seed || 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

const seeds = fc.integer({ min: 1, max: 2_000_000_000 });

async function holds(
  change: (asked: Recorded, seed: number) => Asked,
  { runs = 3, only = (_: Recorded): boolean => true, same = gist as (diagnosis: Diagnosis) => unknown } = {},
) {
  expect(recorded.length).toBeGreaterThan(70);
  for (const each of recorded.filter(only)) {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const changed = await diagnose(change(each, seed));
        expect(same(changed), each.situation.name).toEqual(same(each.answer));
      }),
      { numRuns: runs },
    );
  }
}

const slow = 60_000;

describe('the answer stays the same', () => {
  it('in any order of the rows, and in any pages', { timeout: slow }, () =>
    holds(
      (asked, seed) => ({
        ...asked,
        rows: shuffled(asked.rows, seed),
        hub: shuffled(asked.hub, seed),
        request: {
          ...asked.request,
          devices: shuffled(asked.request.devices, seed),
          unaffected: shuffled(asked.request.unaffected, seed),
        },
      }),
      { same: ({ ...diagnosis }) => ({ ...diagnosis, steps: diagnosis.steps }) },
    ),
  );

  it('with some rows two or three times', { timeout: slow }, () =>
    holds((asked, seed) => {
      const rows = asked.rows.filter(({ Rows }) => typeof Rows !== 'number');
      const counted = asked.rows.filter(({ Rows }) => typeof Rows === 'number');
      const again = shuffled([...rows, ...rows], seed).slice(0, rows.length);
      const hubAgain = shuffled(asked.hub, seed).slice(0, asked.hub.length / 2);
      return { ...asked, rows: [...counted, ...again, ...rows], hub: [...hubAgain, ...asked.hub] };
    }),
  );

  it('for the cause, when it is asked some minutes later', { timeout: slow }, () =>
    holds((asked, seed) => ({ ...asked, nowMs: asked.nowMs + (seed % 180) * 1000 }), {
      same: ({ cause }) => cause,
    }),
  );

  it('under other names of hubs, sites and devices', { timeout: slow }, () =>
    holds((asked, seed) => renamed(asked, seed)),
  );

  it('with an id of the machine in the text of each client', { timeout: slow }, () =>
    holds((asked, seed) => {
      const withId = (cells: LogCells): LogCells => {
        const text = String(cells.SdkVersion ?? '');
        if (text === '') return cells;
        const id = hash(`${cells.DeviceId} ${seed}`);
        const forms = [`${text} {${id}}`, `${text} (serial ${id})`, text.replace(/\)$/, `; {${id}})`)];
        return { ...cells, SdkVersion: forms[seed % forms.length] };
      };
      return { ...asked, rows: asked.rows.map(withId), hub: asked.hub.map(withId) };
    }),
  );

  it('with unaffected devices added at sites that are well, and whole sites', { timeout: slow }, () =>
    holds(
      (asked, seed) => {
        const sites = ['zeta', ...wellSites(asked).slice(0, 2)];
        const added = sites.flatMap((site) =>
          Array.from({ length: 1 + (seed % 4) }, (_, index) => ({
            TimeGenerated: new Date(lossMs(asked) - (5 + ((seed + index * 7) % 30)) * 60_000),
            DeviceId: `${site}-added${index}`,
            OperationName: 'deviceConnect',
            Level: 'Information',
            ResultType: '',
            ResultDescription: '',
            Protocol: 'Http',
            MaskedIpAddress: '192.0.2.XXX',
            SdkVersion: `added/${index}.1`,
            Codes: [],
          })),
        );
        const config = configWith([...asked.config.sites.map(({ id }) => id), 'zeta']);
        return { ...asked, config, hub: [...asked.hub, ...added] };
      },
      // Where no other site is known to be well, one that is well is new evidence.
      { only: (asked) => wellSites(asked).length > 0 },
    ),
  );

  it('for one device or a refusal, with unaffected devices of its own site added', { timeout: slow }, () =>
    holds(
      (asked, seed) => {
        const { request } = asked;
        const site = request.site.id;
        const added = Array.from({ length: 1 + (seed % 6) }, (_, index) => ({
          deviceId: `${site}-added${index}`,
          moduleId: null,
        }));
        return { ...asked, request: { ...request, unaffected: [...request.unaffected, ...added] } };
      },
      {
        only: ({ answer, request }) =>
          request.unaffected.length > 1 &&
          ['device', 'credentials', 'administrative', 'identityClash', 'plannedStop', 'routine'].includes(
            answer.cause,
          ),
      },
    ),
  );

  it('when the two rows of a take-over change places, and every row comes twice', {
    timeout: slow,
  }, async () => {
    for (const { situation, answer, nowMs, config, request } of recorded) {
      const rows = logRows(situation);
      const turned = swapTakeOvers(rows);
      const [diagnosis] = await createDiagnoser({
        workspace: workspaceOf([...turned, ...turned], nowMs),
        config: () => config,
      }).diagnose([request], nowMs, 20_000);
      expect(gist(diagnosis!), situation.name).toEqual(gist(answer));
    }
  });
});

function lossMs({ request, nowMs }: Asked): number {
  return Math.min(nowMs, ...request.devices.flatMap(({ lostAtMs }) => lostAtMs ?? []));
}

/** Other sites of which no row reports a loss or a refusal. */
function wellSites({ hub, config, request }: Asked): string[] {
  const sites = Map.groupBy(hub, ({ DeviceId }) => placeOf(config, String(DeviceId)).id);
  return [...sites]
    .filter(
      ([id, rows]) =>
        id !== request.site.id &&
        rows.every(({ Level, OperationName }) => Level !== 'Error' && OperationName === 'deviceConnect'),
    )
    .map(([id]) => id)
    .sort();
}

function configWith(sites: readonly string[]): Rules {
  const file = {
    receivers: {},
    routes: [],
    sites: sites.map((id) => ({ id, name: id, devices: [`${id}-*`] })),
  };
  return buildConfig(fileSchema({ development: true, allowHosts: [] }).parse(file));
}

/** Every word of every id becomes another one, the same everywhere; separators and numbers keep their places. */
function renamed(asked: Recorded, seed: number): Asked {
  const rename = (id: string) =>
    id.replace(/[a-z]+|\d+/gi, (word) =>
      /^\d/.test(word)
        ? word
        : hash(`${word} ${seed}`).replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!),
    );
  const device = <D extends { deviceId: string }>(each: D): D => ({
    ...each,
    deviceId: rename(each.deviceId),
  });
  const cell = (cells: LogCells): LogCells => ({ ...cells, DeviceId: rename(String(cells.DeviceId)) });
  const { request } = asked;
  const config = configWith(asked.config.sites.map(({ id }) => rename(id)));
  const devices = request.devices.map(device);
  return {
    ...asked,
    config,
    request: {
      ...request,
      hubName: `hub-${hash(`${seed}`)}`,
      devices,
      unaffected: request.unaffected.map(device),
      site: placeOf(config, devices[0]!.deviceId),
    },
    rows: asked.rows.map(cell),
    hub: asked.hub.map(cell),
  };
}

function hash(text: string): string {
  let state = 7;
  for (const letter of text) state = (state * 31 + letter.charCodeAt(0)) % 2_147_483_647;
  return state.toString(16).padStart(8, 'a');
}

/** Of two rows of one device, a connect and the end of the connection that it replaced, each takes the other's time. */
function swapTakeOvers(rows: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const turned = rows.map((row) => ({ ...row }));
  const deviceOf = (row: Record<string, unknown>) => JSON.parse(String(row.properties_s)).deviceId as string;
  for (const end of turned) {
    if (end.OperationName !== 'deviceDisconnect' || !/400027|409002/.test(String(end.ResultType))) continue;
    const atMs = Date.parse(String(end.TimeGenerated));
    const partner = turned.find(
      (row) =>
        row.OperationName === 'deviceConnect' &&
        row.ResultType === '' &&
        deviceOf(row) === deviceOf(end) &&
        Math.abs(Date.parse(String(row.TimeGenerated)) - atMs) <= 1_000,
    );
    if (partner) [end.TimeGenerated, partner.TimeGenerated] = [partner.TimeGenerated, end.TimeGenerated];
  }
  return turned;
}
