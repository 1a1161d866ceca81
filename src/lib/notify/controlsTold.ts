import type { Incident, Member, Notice, Told } from '../incident/incident.ts';
import type { Reason } from '../incident/reasons.ts';
import type { Rules } from '../policy/rules.ts';
import type { LetGo, Message, QuietNow } from './message.ts';

/** What a message says of controls beside who has the incident. */
type ControlsTold = Pick<Message, 'acknowledgementEnded' | 'quiet' | 'letGo' | 'toldFirst'>;

/** So many of those who were told before are named. */
const mostNamed = 3;

/** What a notice says of the controls that it comes of, or that hide a part of what it tells. */
export function controlsTold(input: {
  readonly incident: Incident;
  readonly told: Pick<Told, 'held' | 'lastNoticeAtMs'>;
  readonly notice: Pick<Notice, 'receiver'>;
  readonly reason: Reason;
  /** Left out: it is not said who set a control. */
  readonly rules?: Pick<Rules, 'controls' | 'maintenance'> | undefined;
  /** What each receiver of the incident was told; left out: it is not said who was told first. */
  readonly ledger?: readonly Told[] | undefined;
}): ControlsTold {
  return {
    ...acknowledgementEnded(input),
    ...quiet(input),
    ...letGo(input),
    ...toldFirst(input),
  };
}

type Quiet = NonNullable<Member['quiet']>;

type Input = Parameters<typeof controlsTold>[0];

function acknowledgementEnded({ incident, told, reason }: Input): Pick<ControlsTold, 'acknowledgementEnded'> {
  const { acknowledged } = incident;
  if (!acknowledged?.ended) return {};
  const { atMs, why, by: endedBy } = acknowledged.ended;
  const isNews =
    reason === 'acknowledgementEnded' ||
    (reason === 'severityRose' && why === 'severityRose' && atMs > (told.lastNoticeAtMs ?? 0));
  return isNews ? { acknowledgementEnded: { by: acknowledged.by, atMs, why, endedBy } } : {};
}

function quiet({ incident, rules }: Input): Pick<ControlsTold, 'quiet'> {
  const controls = new Map<string, Quiet>();
  let [firstMs, lastMs] = [Number.POSITIVE_INFINITY, 0];
  for (const { state, quiet } of incident.members.values()) {
    if (!quiet || (state !== 'down' && state !== 'flapping')) continue;
    controls.set(`${quiet.why} ${quiet.control}`, quiet);
    firstMs = Math.min(firstMs, quiet.untilMs);
    lastMs = Math.max(lastMs, quiet.untilMs);
  }
  const [first, ...others] = controls.values();
  if (!first) return {};
  const why: QuietNow['why'] = others.every((other) => other.why === first.why) ? first.why : 'both';
  const by = others.length === 0 ? (setBy(first, rules)?.by ?? null) : null;
  return { quiet: { why, untilMs: lastMs, someEarlier: firstMs < lastMs, by } };
}

function letGo({ told, reason, rules }: Input): Pick<ControlsTold, 'letGo'> {
  const { held } = told;
  if (reason !== 'silenceEnded' && reason !== 'didNotReturn') return {};
  if (!held || held.why === 'muteTime') return {};
  const { why, control } = held;
  const set = setBy({ why, control }, rules);
  const known: Omit<LetGo, 'why'> = set ?? { name: null, by: null, atMs: null, endedBy: null };
  return { letGo: { why, ...known } };
}

/** The control of that id, or of that name in the configuration; null: it is not known any more. */
function setBy(
  { why, control }: Pick<Quiet, 'why' | 'control'>,
  rules: Input['rules'],
): Omit<LetGo, 'why'> | null {
  if (!rules) return null;
  const { silences, windows } = rules.controls;
  const set =
    why === 'silence' ? silences.find(({ id }) => id === control) : windows.find(({ id }) => id === control);
  if (set) {
    const { by, untilMs, takenBack = null } = set;
    const endedBy = takenBack?.by ?? null;
    const name = set.kind === 'maintenance' ? set.name : null;
    return { name, by, atMs: Math.min(untilMs, takenBack?.atMs ?? untilMs), endedBy };
  }
  const planned = why === 'maintenance' && rules.maintenance.some(({ name }) => name === control);
  return planned ? { name: control, by: null, atMs: null, endedBy: null } : null;
}

function toldFirst({ incident, notice, reason, ledger }: Input): Pick<ControlsTold, 'toldFirst'> {
  const { receiver } = notice;
  if (reason !== 'escalated' || !ledger) return {};
  if (incident.fallbacks.some((fallback) => fallback.receiver === receiver)) return {};
  const before = ledger
    .flatMap(({ receiver: name, status, firstAttemptAtMs: atMs }) =>
      name === receiver || atMs === undefined ? [] : [{ receiver: name, atMs, reached: status !== 'untold' }],
    )
    .toSorted((a, b) => a.atMs - b.atMs);
  return before.length === 0 ? {} : { toldFirst: before.slice(0, mostNamed) };
}
