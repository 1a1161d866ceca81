/**
 * What became of a press, carried in the address of the page that follows. It is a code of this list and nothing more:
 * the words come from what is true, so that an altered address can put none on the page.
 */
export const saidCodes = [
  'acknowledged',
  'taken-back',
  'silenced',
  'silence-ended',
  'noted',
  'ticked',
  'unticked',
  'stale',
  'over',
  'empty',
] as const;
export type SaidCode = (typeof saidCodes)[number];

export function readSaid(text: string | null): SaidCode | null {
  return saidCodes.find((code) => code === text) ?? null;
}
