import type { ControlMatch } from './controlMatch.ts';

/** Who did something, as they or the link they used named them: at most 100 characters. */
export type Author = string;

/** What people set by the API, a page or a link: nothing about these devices begins to be told. Times are milliseconds. */
export type Silence = {
  readonly kind: 'silence';
  readonly id: string;
  readonly match: ControlMatch;
  readonly fromMs: number;
  /** When it ends by itself; earlier when it was taken back. */
  readonly untilMs: number;
  readonly by: Author;
  /** Why; null: nobody said. */
  readonly reason: string | null;
  readonly createdAtMs: number;
  /** Absent: nobody took it back. */
  readonly takenBack?: { readonly by: Author; readonly atMs: number };
};

/** Planned work at one time, set by the API or a page. */
export type OneTimeWindow = {
  readonly kind: 'maintenance';
  readonly id: string;
  readonly name: string;
  readonly match: ControlMatch;
  readonly fromMs: number;
  readonly untilMs: number;
  /** How long devices have to come back once it is over. */
  readonly returnGraceMs: number;
  readonly by: Author;
  readonly createdAtMs: number;
  readonly takenBack?: { readonly by: Author; readonly atMs: number };
};

/** What people have set while the app runs: a part of the rules. Over ones stay until their grace is over too. */
export type Controls = {
  /** Grows by one with every change; 0: nobody has set anything yet. */
  readonly version: number;
  readonly silences: readonly Silence[];
  readonly windows: readonly OneTimeWindow[];
};

export const noControls: Controls = { version: 0, silences: [], windows: [] };
