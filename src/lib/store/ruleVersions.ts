import { type Controls, noControls } from '../control/control.ts';
import type { Rules, RulesVersion } from '../policy/rules.ts';
import { rulesPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import type { Row, RowStore, RowWrite } from './rowStore.ts';
import { readRules, writeRules } from './rulesRecord.ts';

/** A version of the rules, and when somebody first decided by it. */
export type UsedVersion = {
  readonly version: RulesVersion;
  readonly fromMs: number;
  readonly controls: Controls;
};

/** Versions that an instance has noted already; so many it remembers. */
const mostNoted = 1_000;

/**
 * Every version of the rules that decided anything: what the configuration said in a row for each of its contents, and a
 * row for each version with its controls. Written once, by whoever decides by it first.
 */
export function createRuleVersions(rows: RowStore) {
  const noted = new Set<string>();

  async function used(): Promise<{ key: string; of: UsedVersion }[]> {
    const found = await rows.range(rulesPartition, 'v|', 'v}');
    return found
      .flatMap((row) => {
        const of = readUsed(row);
        return of ? [{ key: row.key, of }] : [];
      })
      .sort((a, b) => a.of.fromMs - b.of.fromMs);
  }

  return {
    /** Keeps the rules that somebody is about to decide by. Costs nothing after the first time. */
    async note(rules: Rules, nowMs: number): Promise<void> {
      const { version, controls } = rules;
      const key = versionKey(version);
      if (noted.has(key)) return;
      const meaning = `{"v":${storeFormat},"rules":${writeRules(rules)}}`;
      const data = JSON.stringify({ v: storeFormat, version, fromMs: nowMs, controls });
      const known = await rows.getMany(rulesPartition, [meaningKey(version), key]);
      const wanted: RowWrite[] = [
        { kind: 'create', key: meaningKey(version), data: meaning },
        { kind: 'create', key, data },
      ];
      const writes = wanted.filter((write) => known.every((row) => row.key !== write.key));
      // Another instance may have been faster with the same rows.
      if (writes.length > 0 && (await rows.commit(rulesPartition, writes)).kind === 'superseded') {
        for (const write of writes) await rows.commit(rulesPartition, [write]);
      }
      if (noted.size >= mostNoted) noted.clear();
      noted.add(key);
    },

    /** All versions that are kept, in the order in which they came into force. */
    async all(): Promise<UsedVersion[]> {
      return (await used()).map(({ of }) => of);
    },

    /** What a version said; null: it is not kept any more. */
    async rulesOf({ version, controls }: UsedVersion, present: Rules): Promise<Rules | null> {
      const row = await rows.get(rulesPartition, meaningKey(version));
      return (
        row &&
        readRecord(row, ({ rules }) =>
          typeof rules === 'object' && rules !== null ? readRules(rules, controls, version, present) : null,
        )
      );
    },

    /** Drops the versions that were followed by another one before that moment. Answers how many rows. */
    async dropBefore(atMs: number): Promise<number> {
      const all = await used();
      const gone = all.filter((_, index) => (all[index + 1]?.of.fromMs ?? Number.POSITIVE_INFINITY) < atMs);
      if (gone.length === 0) return 0;
      const kept = new Set(
        all.filter((one) => !gone.includes(one)).map(({ of: { version } }) => meaningKey(version)),
      );
      const meanings = new Set(gone.map(({ of: { version } }) => meaningKey(version)));
      const keys = [...gone.map(({ key }) => key), ...[...meanings].filter((key) => !kept.has(key))];
      for (const key of keys) await rows.commit(rulesPartition, [{ kind: 'remove', key, etag: '*' }]);
      for (const { of } of gone) noted.delete(versionKey(of.version));
      return keys.length;
    },
  };
}

export type RuleVersions = ReturnType<typeof createRuleVersions>;

const numbered = (n: number) => String(Math.trunc(n)).padStart(16, '0');

function versionKey({ atMs, hash, controls = 0 }: RulesVersion): string {
  return `v|${numbered(atMs)}|${hash}|${numbered(controls)}`;
}

function meaningKey({ hash }: RulesVersion): string {
  return `f|${hash}`;
}

function readUsed(row: Row): UsedVersion | null {
  return readRecord(row, (value) => {
    const { version, fromMs, controls } = value as Partial<UsedVersion>;
    if (typeof version?.hash !== 'string' || typeof fromMs !== 'number') return null;
    return { version, fromMs, controls: controls ?? noControls };
  });
}
