/** One line of the doctor: what was looked at, how it is, and how to mend it. */
export type Finding = {
  readonly check: string;
  /** `unchecked`: it could not be looked at, for a reason that is no fault of the responder. */
  readonly state: 'ok' | 'wrong' | 'unchecked';
  readonly says: string;
  /** What to do; null: nothing. */
  readonly mend: string | null;
};

export const ok = (check: string, says: string): Finding => ({ check, state: 'ok', says, mend: null });
export const wrong = (check: string, says: string, mend: string): Finding => ({
  check,
  state: 'wrong',
  says,
  mend,
});
export const unchecked = (check: string, says: string, mend: string): Finding => ({
  check,
  state: 'unchecked',
  says,
  mend,
});

/** A finding as it is printed, on one line or two. */
export function inLines({ check, state, says, mend }: Finding): string[] {
  const mark = { ok: 'ok', wrong: 'WRONG', unchecked: '-' }[state];
  const line = `${mark.padEnd(6)} ${check.padEnd(14)} ${says}`;
  return mend === null
    ? [line]
    : [line, `${' '.repeat(22)}${state === 'wrong' ? 'mend: ' : 'to look at it: '}${mend}`];
}
