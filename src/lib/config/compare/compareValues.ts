import { namesOfKind } from '../../fields/fieldTable.ts';
import { formatDuration, formatPercentage, formatRate, isRate } from '../../fields/quantities.ts';
import { shownAddress, shownSetting } from '../../notify/channels/registry.ts';
import { hubFields } from '../../policy/hubConfig.ts';
import { policyFields } from '../../policy/policyFields.ts';
import type { Rules } from '../../policy/rules.ts';
import { formatPath } from '../problem.ts';
import { writtenDigests, writtenIntervals, writtenRoutes, writtenWindows } from './written.ts';

/** One value of a configuration, and the item of a collection that it belongs to. `shown` is what a reader may see. */
type Leaf = { readonly item: string | null; readonly value: string; readonly shown: string };

const percentages = [policyFields, hubFields].flatMap((table) => namesOfKind(table, 'percentage'));

/** Lists and maps whose items come and go as a whole. */
const collections = ['sites', 'hubs', 'overrides', 'receivers', 'timeIntervals', 'maintenance', 'digest'];

/** Every value that differs, except what routes are for and whom they tell: `policy.offlineAfter: 5m → 10m`. */
export function compareValues(before: Rules, after: Rules): string[] {
  const [old, now] = [leavesOf(before, after), leavesOf(after, after)];
  const [oldItems, nowItems] = [itemsOf(old), itemsOf(now)];
  const lines = new Set<string>();
  for (const [path, { item, value, shown }] of now) {
    const had = old.get(path);
    if (item !== null && !oldItems.has(item)) lines.add(`${item}: added`);
    else if (had === undefined) lines.add(`${path}: now ${shown}`);
    else if (had.value !== value) {
      lines.add(`${path}: ${had.shown === shown ? 'changed' : `${had.shown} → ${shown}`}`);
    }
  }
  for (const [path, { item, shown }] of old) {
    if (item !== null && !nowItems.has(item)) lines.add(`${item}: removed`);
    else if (!now.has(path)) lines.add(`${path}: no longer ${shown}`);
  }
  return [...lines];
}

function itemsOf(leaves: ReadonlyMap<string, Leaf>): ReadonlySet<string | null> {
  return new Set([...leaves.values()].map(({ item }) => item));
}

/** @param after whose places of routes are used */
function leavesOf(rules: Rules, after: Rules): ReadonlyMap<string, Leaf> {
  const { version: _version, controls: _controls, linksValidForMs, digests: _digests, ...config } = rules;
  const leaves = new Map<string, Leaf>();
  const asWritten = {
    timeIntervals: writtenIntervals(rules),
    ...config,
    sites: new Map(config.sites.map((site) => [site.id, site])),
    maintenance: writtenWindows(rules),
    routes: writtenRoutes(rules, after),
    digest: writtenDigests(rules),
    links: { validForMs: linksValidForMs },
  };
  visit(asWritten, [], (path, value) => {
    const { leaf, named } = leafOf(path, value, config.receivers);
    leaves.set(named, leaf);
  });
  return leaves;
}

function visit(
  value: unknown,
  path: readonly PropertyKey[],
  found: (path: readonly PropertyKey[], value: unknown) => void,
): void {
  if (value === null || value === undefined) return;
  const inside = childrenOf(value);
  if (inside === null) found(path, value);
  else for (const [key, child] of inside) visit(child, [...path, key], found);
}

function leafOf(path: readonly PropertyKey[], value: unknown, receivers: Rules['receivers']) {
  const key = String(path.at(-1));
  const named = [...path.slice(0, -1), /^[a-z].*Ms$/.test(key) ? key.slice(0, -2) : (path.at(-1) ?? '')];
  const item = collections.includes(String(path[0])) ? formatPath(path.slice(0, 2)) : null;
  const text = inWords(key, value);
  return { named: formatPath(named), leaf: { item, value: text, shown: shownOf(path, text, receivers) } };
}

function childrenOf(value: unknown): readonly (readonly [PropertyKey, unknown])[] | null {
  if (value instanceof Map) return [...value];
  if (value instanceof RegExp || typeof value !== 'object' || value === null || isRate(value)) return null;
  if (!Array.isArray(value)) return Object.entries(value);
  return value.every((entry) => typeof entry === 'object') ? [...value.entries()] : null;
}

function inWords(key: string, value: unknown): string {
  if (value instanceof RegExp) return value.source;
  if (Array.isArray(value)) return value.join(', ');
  if (isRate(value)) return formatRate(value);
  if (typeof value === 'number' && key.endsWith('Ms')) return value === 0 ? '0s' : formatDuration(value);
  if (typeof value === 'number' && percentages.includes(key)) return formatPercentage(value);
  return String(value);
}

/** What is in a channel is shown as far as the channel says. */
function shownOf(
  [section, name, part, field]: readonly PropertyKey[],
  text: string,
  receivers: Rules['receivers'],
): string {
  if (section === 'selfWatch' && name === 'heartbeatUrl') return shownAddress(text) ?? '(hidden)';
  if (section !== 'receivers' || part !== 'channel' || field === 'kind') return text;
  const kind = receivers.get(String(name))?.channel.kind ?? '';
  return shownSetting(kind, String(field), text) ?? '(hidden)';
}
