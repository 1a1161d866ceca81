import type { Note } from '../incident/incident.ts';
import type { DueDigest, ShiftSite } from '../policy/shiftDigest.ts';
import type { Announcement } from './announcement.ts';
import { stableId } from './stableId.ts';
import { type Clock, clockOf } from './words/clock.ts';
import { cutText } from './words/cutText.ts';
import { isolated, type Phrase } from './words/phrase.ts';
import { whoDid, whoFirst } from './words/whoDid.ts';

/** An open incident as the lists have it. Instants are ISO 8601. */
export type OpenIncident = {
  readonly incidentId: string;
  readonly severity: string;
  readonly summary: string;
  readonly openedAt: string;
  readonly counts: { readonly offline: number; readonly flapping: number; readonly silenced?: number };
  readonly devices: readonly {
    readonly deviceId: string;
    readonly moduleId: string | null;
    readonly phase: string;
    readonly flapping: boolean;
    readonly silenced?: boolean;
  }[];
  readonly acknowledged: { readonly by: string; readonly until: string } | null;
};

/** How a site stands at its change of shift. */
export type SiteAtChange = {
  readonly site: ShiftSite;
  readonly open: readonly OpenIncident[];
  /** When each silenced device is told of again, milliseconds, by device id; missing: it is not known. */
  readonly quietUntilMs: ReadonlyMap<string, number>;
  /** Of the shift that ends, oldest first. */
  readonly notes: readonly Note[];
};

/** So many lines have room in a message of Slack or Teams under each of the headings. */
const mostLines = 8;
const longestLine = 200;
const namedSites = 3;
const namedDevices = 5;
const nameChars = 40;

/** Later than this a digest says when it was made. */
const lateAfterMs = 2 * 60_000;

/** What the next shift should know, for one receiver; the id is the same for the same change of shift. */
export function shiftDigest(
  { receiver, atMs, sites }: DueDigest,
  standing: readonly SiteAtChange[],
  nowMs: number,
): Announcement {
  const several = standing.length > 1;
  const lines = standing.map((one) => linesOf(one, several ? [{ name: one.site.name }, ': '] : [], nowMs));
  const sections = (
    [
      ['Open', (each) => each.open],
      ['Coming and going', (each) => each.flapping],
      ['Silenced, but down', (each) => each.silenced],
      ['Acknowledgements that end in this shift', (each) => each.ending],
      ['Notes of the last shift', (each) => each.notes],
    ] as const satisfies readonly (readonly [string, (each: Lines) => readonly string[]])[]
  )
    .map(([title, of]) => ({ title, lines: lines.flatMap(of) }))
    .filter((section) => section.lines.length > 0)
    .map(({ title, lines }) => ({ title, lines: shortened(lines) }));
  const trouble = troubleOf(standing);
  const clock = clockOf(sites[0]?.timeZone ?? 'UTC');
  const late = nowMs - atMs > lateAfterMs ? `, as of ${clock.shortInstant(nowMs, atMs)}` : '';
  const when = `${clock.instant(atMs)}${late}`;
  return {
    id: stableId('shift', receiver, atMs),
    type: 'shift.digest',
    about: 'shift',
    over: trouble === null,
    summary: isolated([
      ...namesOf(sites),
      trouble === null
        ? `: all well at the change of shift, ${when}`
        : `: ${trouble} at the change of shift, ${when}`,
    ]),
    explanation: [],
    problems: [],
    sections,
    pointlessFromMs: Math.min(...sites.map(({ untilMs }) => untilMs)),
  };
}

type Lines = Readonly<Record<'open' | 'flapping' | 'silenced' | 'ending' | 'notes', readonly string[]>>;

function linesOf({ site, open, quietUntilMs, notes }: SiteAtChange, lead: Phrase, nowMs: number): Lines {
  const clock = clockOf(site.timeZone);
  const line = (...parts: readonly Phrase[]) =>
    cutText(
      isolated([lead, ...parts].flatMap((part) => (typeof part === 'string' ? [part] : part))),
      longestLine,
    );
  const worstFirst = open.toSorted((a, b) => rankOf(b) - rankOf(a) || a.openedAt.localeCompare(b.openedAt));
  const held = open.flatMap(({ summary, acknowledged }) => {
    const untilMs = Date.parse(acknowledged?.until ?? '');
    return acknowledged !== null && untilMs > nowMs ? [{ summary, by: acknowledged.by, untilMs }] : [];
  });
  return {
    open: worstFirst
      .filter(({ counts }) => counts.offline > 0 || (counts.flapping === 0 && !counts.silenced))
      .map(({ summary, openedAt, devices }) =>
        line(
          summary,
          `, since ${clock.shortInstant(Date.parse(openedAt), nowMs)}`,
          whichOf(devices, summary),
        ),
      ),
    flapping: namedLines(open, ({ flapping, silenced }) => flapping && !silenced, line),
    silenced: silencedLines(open, quietUntilMs, clock, nowMs, line),
    ending: held
      .filter(({ untilMs }) => untilMs <= site.untilMs)
      .toSorted((a, b) => a.untilMs - b.untilMs)
      .map(({ summary, by, untilMs }) =>
        line(
          `${clock.shortInstant(untilMs, nowMs)}: `,
          whoFirst(by, nameChars),
          ` has it until then: ${summary}`,
        ),
      ),
    notes: notes.map(({ by, atMs, text }) =>
      line(`${clock.shortInstant(atMs, nowMs)}, `, whoDid(by, nameChars), `: ${text}`),
    ),
  };
}

type Device = OpenIncident['devices'][number];
type Line = (...parts: readonly Phrase[]) => string;

/** The names of the devices that fit, a line for all of them; none: no line. */
function namedLines(open: readonly OpenIncident[], fits: (device: Device) => boolean, line: Line): string[] {
  const names = namesOfDevices(open.flatMap(({ devices }) => devices.filter(fits)));
  return names.length === 0 ? [] : [line(listed(names))];
}

/** A line for each moment at which some of them are told of again. */
function silencedLines(
  open: readonly OpenIncident[],
  quietUntilMs: ReadonlyMap<string, number>,
  clock: Clock,
  nowMs: number,
  line: Line,
): string[] {
  const devices = open.flatMap((one) => one.devices.filter(({ silenced }) => silenced));
  const ends = Map.groupBy(devices, ({ deviceId }) => quietUntilMs.get(deviceId) ?? null);
  return [...ends]
    .toSorted(([a], [b]) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY))
    .map(([untilMs, own]) =>
      line(
        untilMs === null ? '' : `until ${clock.shortInstant(untilMs, nowMs)}: `,
        listed(namesOfDevices(own)),
      ),
    );
}

/** Which devices are down, unless the summary names the only one. */
function whichOf(devices: readonly Device[], summary: string): Phrase {
  const down = devices.filter(({ phase, silenced }) => phase !== 'online' && !silenced);
  const names = namesOfDevices(down);
  const said = names.length === 1 && summary.includes(names[0]!);
  return names.length === 0 || said ? '' : `: ${listed(names)}`;
}

function namesOfDevices(devices: readonly Device[]): string[] {
  const names = devices.map(({ deviceId, moduleId }) =>
    moduleId === null ? deviceId : `${deviceId}/${moduleId}`,
  );
  return [...new Set(names)];
}

function listed(names: readonly string[]): string {
  const more = names.length - namedDevices;
  const shown = names.slice(0, namedDevices).map((name) => cutText(name, nameChars));
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** `2 incidents open, 1 device coming and going, 3 silenced but down`; null: nothing is wrong. */
function troubleOf(standing: readonly SiteAtChange[]): string | null {
  const told = standing
    .flatMap(({ open }) => open)
    .filter(({ counts }) => counts.offline + counts.flapping > 0 || !counts.silenced).length;
  const flapping = sumOver(standing, ({ flapping, silenced }) => flapping && !silenced, 'flapping');
  const silenced = sumOver(standing, (device) => device.silenced === true, 'silenced');
  const parts = [
    ...(told > 0 ? [`${told} ${told === 1 ? 'incident' : 'incidents'} open`] : []),
    ...(flapping > 0 ? [`${flapping} ${flapping === 1 ? 'device' : 'devices'} coming and going`] : []),
    ...(silenced > 0 ? [`${silenced} silenced but down`] : []),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

/** Devices, each once however many incidents it is in; lists are cut, so an incident may count more than it lists. */
function sumOver(
  standing: readonly SiteAtChange[],
  fits: (device: Device) => boolean,
  count: 'flapping' | 'silenced',
): number {
  return standing.reduce((sum, { open }) => {
    const named = namesOfDevices(open.flatMap(({ devices }) => devices.filter(fits))).length;
    return sum + Math.max(named, ...open.map(({ counts }) => counts[count] ?? 0));
  }, 0);
}

function namesOf(sites: readonly ShiftSite[]): Exclude<Phrase, string> {
  const more = sites.length - namedSites;
  const named = sites
    .slice(0, namedSites)
    .flatMap(({ name }, index) => [...(index > 0 ? [', '] : []), { name: cutText(name, nameChars) }]);
  return more > 0 ? [...named, ` and ${more} more`] : named;
}

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - mostLines;
  return more > 0 ? [...lines.slice(0, mostLines), `and ${more} more, not listed here`] : lines;
}

function rankOf({ severity }: OpenIncident): number {
  return ['info', 'warning', 'critical'].indexOf(severity);
}
