// Reading a file whose shape is not known to be right: what is not there, or of another type, is simply absent.

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldOf(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isMap(value) ? Object.entries(value) : [];
}

export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list with their places in it. */
export function textsOf(value: unknown): readonly (readonly [number, string])[] {
  return itemsOf(value).flatMap((item, index) => (typeof item === 'string' ? [[index, item] as const] : []));
}

/** The first value that is there, if it is text; else the empty text, which nothing accepts. */
export function firstText(...values: readonly unknown[]): string {
  const first = values.find((value) => value !== undefined);
  return typeof first === 'string' ? first : '';
}
