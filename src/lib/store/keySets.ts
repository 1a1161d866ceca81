/** Longer runs than this are written as a bit for each number, where that is shorter. */
const longestRuns = 1_000;

/** Marks a set of bits, in Base64. */
const bitsMark = '~';

/**
 * Keys of an incident's members as runs of their numbers, `0-41,43`: a hundred thousand that fell together take seven
 * characters. A set in many pieces is kept as bits, which take a sixth of a character for each member at most: every
 * other one of a hundred thousand, for each of many receivers, would not fit into an entity as runs.
 */
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
  const text = runs.join();
  if (text.length <= longestRuns) return text;
  const bits = packBits(numbers);
  return bits.length < text.length ? bits : text;
}

/** @param numbers in order, at least one */
function packBits(numbers: readonly number[]): string {
  const bytes = new Uint8Array((numbers.at(-1)! >> 3) + 1);
  for (const number of numbers) bytes[number >> 3]! |= 1 << (number & 7);
  return bitsMark + Buffer.from(bytes).toString('base64');
}

/** The keys of such runs or bits, in the order of their numbers; numbers without a member are left out. */
export function unpackKeys(runs: string, keys: readonly string[]): string[] {
  if (runs === '') return [];
  if (runs.startsWith(bitsMark)) {
    const bytes = Buffer.from(runs.slice(bitsMark.length), 'base64');
    return keys.filter((_, number) => ((bytes[number >> 3] ?? 0) >> (number & 7)) & 1);
  }
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
