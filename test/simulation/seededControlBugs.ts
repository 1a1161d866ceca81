import type { SeededBug } from './bundle.ts';

/** Mistakes that somebody could make with what people set. Stories of controls alone are enough to notice them. */
const bugs: readonly Omit<SeededBug, 'only'>[] = [
  {
    name: 'swallows a recovery in a mute time',
    file: 'src/lib/incident/decide.ts',
    find: "if (incident.status === 'resolved') return final(endOf(incident));\n  if (recipient === null)",
    replace:
      "if (incident.status === 'resolved') return sight.hides === 'everything' ? nothing('muteTime') : final(endOf(incident));\n  if (recipient === null)",
  },
  {
    name: 'holds back what ends while something is silenced',
    file: 'src/lib/incident/decideUnderControls.ts',
    find: "const because = seen.kind === 'nothing' && hidden.by ? hidden.by.why : null;",
    replace: 'const because = hidden.by ? hidden.by.why : null;',
  },
  {
    name: 'ignores the grace of a window',
    file: 'src/lib/control/quiet.ts',
    find: 'const runs = nowMs < untilMs || sinceMs < untilMs;',
    replace: 'const runs = nowMs < untilMs;',
  },
  {
    name: 'holds steps and reminders although the acknowledgement has ended',
    file: 'src/lib/incident/decide.ts',
    find: 'return acknowledged !== undefined && acknowledged.ended === undefined;',
    replace: 'return acknowledged !== undefined;',
  },
  {
    name: 'tells a step in the mute time of its route',
    file: 'src/lib/incident/recipients.ts',
    find: 'add(receiver, { route: index, step, fromMs, mute, remindEveryMs });',
    replace: 'add(receiver, { route: index, step, fromMs, mute: null, remindEveryMs });',
  },
  {
    name: 'wakes nobody when a control is taken back',
    seed: 4,
    file: 'src/lib/app/setControl.ts',
    find: 'const woken = await wakeReached({ ...app, rules }, match);',
    replace: 'const woken = [rules, match, wakeReached].length;',
  },
  {
    name: 'goes on with a silence that was taken back',
    file: 'src/lib/control/quiet.ts',
    find: 'untilMs: takenBack ? Math.min(untilMs, takenBack.atMs) : untilMs',
    replace: 'untilMs: takenBack ? untilMs : untilMs',
  },
  {
    name: 'looks a minute after the end of a mute time',
    file: 'src/lib/policy/muteTimes.ts',
    find: 'return Math.min(run.untilMs, atMs + foreverMs);',
    replace: 'return Math.min(run.untilMs + 60_000, atMs + foreverMs);',
  },
  {
    name: 'goes on to later routes behind one that is final and mute',
    file: 'src/lib/policy/routing.ts',
    find: 'ended ||= own === null && route.final;',
    replace: 'ended ||= own === null && route.final && route.mute === null;',
  },
  {
    name: 'reminds of what is acknowledged',
    file: 'src/lib/incident/decide.ts',
    find: "if (isAcknowledged(incident)) return nothing('acknowledged');\n  return says('reminder'",
    replace: "return says('reminder'",
  },
  {
    name: 'tells the steps of what is acknowledged',
    file: 'src/lib/incident/decide.ts',
    find: "if (recipient.why === 'escalation' && isAcknowledged(incident)) return nothing('acknowledged');",
    replace: '',
  },
  {
    name: 'takes the end of a silence for that of a window',
    file: 'src/lib/incident/decideUnderControls.ts',
    find: "return why === 'silence' ? 'silenceEnded' : 'didNotReturn';",
    replace: "return why === 'silence' ? 'didNotReturn' : 'silenceEnded';",
  },
  {
    name: 'keeps it to itself that an acknowledgement has ended',
    file: 'src/lib/incident/decide.ts',
    find: "if (lasts && (known.has(key) || !isHidden(member, hides))) return 'acknowledgementEnded';",
    replace: '',
  },
  {
    name: 'counts the time of a step twice',
    file: 'src/lib/incident/recipients.ts',
    find: 'const fromMs = begunMs + afterMs;',
    replace: 'const fromMs = begunMs + 2 * afterMs;',
  },
];

export const seededControlBugs: readonly SeededBug[] = bugs.map((bug) => ({ ...bug, only: 'controls' }));
