import type { ControlKind, Step } from './sequences.ts';

/**
 * What the contract says that each receiver hears after each step. Operators are told by a route; desk too, is reminded
 * once in the time of a step, and hears of acknowledgements; lead is a step of the operators' route, which is due in the
 * time after the next step.
 *
 * - Nothing begins while a silence, a window or a mute time runs; what is true and untold at its end is told at once.
 * - What was told is told to be over, whatever runs.
 * - An acknowledgement stops reminders and the escalation alone, and ends with its incident.
 */
export function expectedOf(steps: readonly Step[], kind: ControlKind): string[][] {
  const hides = kind !== 'acknowledgement';
  const atTheEnd = { silence: 'silenceEnded', window: 'didNotReturn', planned: 'didNotReturn' } as const;
  let isDown = false;
  let runs = false;
  let toldAt: number | null = null;
  let leadKnows = false;
  const all: string[][] = [];
  for (let index = 0; index < steps.length + 2; index++) {
    const step = steps[index];
    const heard: string[] = [];
    const begin = (reason: string) => {
      toldAt = index;
      heard.push(`operators ${reason}`, `desk ${reason}`);
    };
    if (step === 'problem') {
      isDown = true;
      if (!(hides && runs)) begin('outageBegan');
    }
    if (step === 'recovery') {
      isDown = false;
      if (toldAt !== null) heard.push('operators recovered', 'desk recovered');
      if (leadKnows) heard.push('lead recovered');
      toldAt = null;
      leadKnows = false;
      if (!hides) runs = false;
    }
    if (step === 'begins' && (hides || isDown)) {
      runs = true;
      if (!hides) heard.push('desk acknowledged');
    }
    const wasAcknowledged = !hides && runs;
    if (step === 'ends' && runs) {
      runs = false;
      if (!hides) {
        heard.push('operators acknowledgementEnded', 'desk acknowledgementEnded');
        if (leadKnows) heard.push('lead acknowledgementEnded');
      } else if (isDown && toldAt === null) {
        begin(kind in atTheEnd ? atTheEnd[kind as keyof typeof atTheEnd] : 'outageBegan');
      }
    }
    const quiet = runs || (step === 'ends' && wasAcknowledged);
    if (isDown && toldAt !== null && toldAt < index && !quiet) heard.push('desk reminder');
    if (isDown && toldAt !== null && toldAt < index && !runs && !leadKnows) {
      leadKnows = true;
      heard.push('lead escalated');
    }
    all.push(heard.toSorted());
  }
  return all;
}
