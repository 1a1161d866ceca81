/** At most `most` UTF-16 units of a text, never half a character; `…` stands for what is cut. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = Math.max(0, most - 1);
  const isHalf = /[\uD800-\uDBFF]/.test(text[end - 1] ?? '');
  if (isHalf) end -= 1;
  return `${text.slice(0, end)}…`;
}
