/** Keys of an incident's members as runs of their numbers, `0-41,43`: a hundred thousand that fell together take six characters. */
export function packKeys(keys: readonly string[], numberOf: ReadonlyMap<string, number>): string {
  const numbers = keys.map((key) => {
    const number = numberOf.get(key);
    if (number === undefined) throw new Error(`${key} is no member of the incident`);
    return number;
  });
  numbers.sort((a, b) => a - b);
  const runs: string[] = [];
  for (let index = 0; index < numbers.length; index++) {
    const first = numbers[index]!;
    let last = first;
    while (numbers[index + 1] === last + 1) {
      last += 1;
      index += 1;
    }
    runs.push(first === last ? String(first) : `${first}-${last}`);
  }
  return runs.join();
}

/** The keys of such runs, in the order of their numbers; numbers without a member are left out. */
export function unpackKeys(runs: string, keys: readonly string[]): string[] {
  if (runs === '') return [];
  const found: string[] = [];
  for (const run of runs.split(',')) {
    const [first = 0, last = first] = run.split('-').map(Number);
    for (let number = first; number <= last; number++) {
      const key = keys[number];
      if (key !== undefined) found.push(key);
    }
  }
  return found;
}
