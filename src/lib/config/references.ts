import { suggestion } from '../fields/nearest.ts';
import type { Finding } from './problem.ts';
import { entriesOf, fieldOf, isMap, itemsOf, textsOf } from './untyped.ts';

/** Names that lead nowhere, and fallbacks in a cycle. */
export function* referenceFindings(file: unknown): Iterable<Finding> {
  yield* intervalReferences(file);
  const receivers = fieldOf(file, 'receivers');
  if (isMap(receivers)) {
    yield* receiverReferences(file, Object.keys(receivers));
    yield* fallbackCycles(file);
  }
  // With a pattern any site may turn up.
  if (fieldOf(file, 'sitePattern') === undefined) yield* siteReferences(file);
}

function* receiverReferences(file: unknown, receivers: readonly string[]): Iterable<Finding> {
  const message = (name: string) => `is not a receiver; ${suggestion(name, receivers)}`;
  for (const [index, route] of itemsOf(fieldOf(file, 'routes')).entries()) {
    for (const [place, name] of textsOf(fieldOf(route, 'to'))) {
      if (!receivers.includes(name)) yield { path: ['routes', index, 'to', place], message: message(name) };
    }
    for (const [number, step] of itemsOf(fieldOf(route, 'escalate')).entries()) {
      for (const [place, name] of textsOf(fieldOf(step, 'to'))) {
        const path = ['routes', index, 'escalate', number, 'to', place];
        if (!receivers.includes(name)) yield { path, message: message(name) };
      }
    }
  }
  for (const [index, digest] of itemsOf(fieldOf(file, 'digest')).entries()) {
    for (const [place, name] of textsOf(fieldOf(digest, 'to'))) {
      if (!receivers.includes(name)) yield { path: ['digest', index, 'to', place], message: message(name) };
    }
  }
  for (const [name, receiver] of entriesOf(fieldOf(file, 'receivers'))) {
    const fallback = fieldOf(receiver, 'fallback');
    if (typeof fallback !== 'string' || receivers.includes(fallback)) continue;
    yield { path: ['receivers', name, 'fallback'], message: message(fallback) };
  }
  const ops = fieldOf(file, 'ops');
  if (typeof ops === 'string' && !receivers.includes(ops)) yield { path: ['ops'], message: message(ops) };
}

function* intervalReferences(file: unknown): Iterable<Finding> {
  const known = entriesOf(fieldOf(file, 'timeIntervals')).map(([name]) => name);
  const places = [
    ...itemsOf(fieldOf(file, 'routes')).flatMap((route, index) =>
      ['muteDuring', 'activeDuring'].map((key) => ({
        path: ['routes', index, key],
        names: fieldOf(route, key),
      })),
    ),
    ...itemsOf(fieldOf(file, 'maintenance')).map((window, index) => ({
      path: ['maintenance', index, 'during'],
      names: fieldOf(window, 'during'),
    })),
  ];
  for (const { path, names } of places) {
    for (const [place, name] of textsOf(names)) {
      if (known.includes(name)) continue;
      yield { path: [...path, place], message: `is not one of timeIntervals; ${suggestion(name, known)}` };
    }
  }
}

/** Each cycle once, at its first receiver in the file. */
function* fallbackCycles(file: unknown): Iterable<Finding> {
  const receivers = new Map(entriesOf(fieldOf(file, 'receivers')));
  const seen = new Set<unknown>();
  for (const start of receivers.keys()) {
    const chain: string[] = [];
    let name: unknown = start;
    while (typeof name === 'string' && receivers.has(name) && !seen.has(name)) {
      seen.add(name);
      chain.push(name);
      name = fieldOf(receivers.get(name), 'fallback');
    }
    const begin = typeof name === 'string' ? chain.indexOf(name) : -1;
    if (begin < 0) continue;
    const cycle = chain.slice(begin);
    const path = ['receivers', cycle[0]!, 'fallback'];
    if (cycle.length === 1) yield { path, message: 'is the receiver itself; name another one' };
    else
      yield {
        path,
        message: `is part of a cycle (${[...cycle, cycle[0]].join(' → ')}); fallbacks must end somewhere`,
      };
  }
}

function* siteReferences(file: unknown): Iterable<Finding> {
  const ids = itemsOf(fieldOf(file, 'sites')).map((site) => fieldOf(site, 'id'));
  const known = [...new Set(ids.filter((id) => typeof id === 'string'))];
  const places = [
    ...itemsOf(fieldOf(file, 'routes')).map((route, index) => ({
      path: ['routes', index, 'match', 'sites'],
      sites: fieldOf(fieldOf(route, 'match'), 'sites'),
    })),
    ...itemsOf(fieldOf(file, 'overrides')).map((override, index) => ({
      path: ['overrides', index, 'sites'],
      sites: fieldOf(override, 'sites'),
    })),
    ...itemsOf(fieldOf(file, 'maintenance')).map((window, index) => ({
      path: ['maintenance', index, 'match', 'sites'],
      sites: fieldOf(fieldOf(window, 'match'), 'sites'),
    })),
    ...itemsOf(fieldOf(file, 'digest')).map((digest, index) => ({
      path: ['digest', index, 'sites'],
      sites: fieldOf(digest, 'sites'),
    })),
  ];
  for (const { path, sites } of places) {
    for (const [place, id] of textsOf(sites)) {
      if (!known.includes(id))
        yield { path: [...path, place], message: `is not a site; ${suggestion(id, known)}` };
    }
  }
}
