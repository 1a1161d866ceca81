export const sharePattern = '[0-9]+(\\.[0-9]+)?%';
export const shareAccepted = 'use a number from 0% to 100%, like 50%';

const whole = new RegExp(`^${sharePattern}$`);

/** `50%` as 0.5; undefined for anything else and above 100%. */
export function parseShare(text: string): number | undefined {
  if (!whole.test(text)) return undefined;
  const share = Number(text.slice(0, -1)) / 100;
  return share <= 1 ? share : undefined;
}
