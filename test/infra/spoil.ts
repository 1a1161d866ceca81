import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Installation, Prediction } from '../../local/infra/prediction.ts';
import { snapshotFile } from '../../local/infra/prediction.ts';

type Name = Installation | 'events';
type Bag = { [name: string]: unknown };

/** A prediction that may be spoilt. */
export type Draft = {
  predictedResources: { id: string; type: string; name: string; properties: Bag }[];
  outputs: Record<string, unknown>;
};

/** Puts a mistake into a prediction. */
export type Spoil = (draft: Draft) => void;

/** A checked-in prediction. */
export const snapshot = (name: Name): Prediction => JSON.parse(readFileSync(snapshotFile(name), 'utf8'));

export const runbooksPage = () =>
  readFileSync(path.resolve(import.meta.dirname, '../../docs/operations.md'), 'utf8');

/** A checked-in prediction with a mistake put into it. */
export function spoilt(name: Name, spoil: Spoil): Prediction {
  const draft = snapshot(name) as unknown as Draft;
  spoil(draft);
  // Without what was taken away.
  return JSON.parse(JSON.stringify(draft));
}

/** The first resource whose type and name end so. */
export function find(draft: Draft, type: string, name = ''): Draft['predictedResources'][number] {
  const found = draft.predictedResources.find(
    (resource) => resource.type.endsWith(type) && resource.name.endsWith(name),
  );
  if (!found) throw new Error(`no ${type} ${name}`);
  return found;
}

/** Takes a resource away. */
export function drop(type: string, name = ''): Spoil {
  return (draft) => {
    draft.predictedResources.splice(draft.predictedResources.indexOf(find(draft, type, name)), 1);
  };
}

/** Puts a value at a path such as `properties.siteConfig.ftpsState`; undefined takes it away. */
export function put(type: string, at: string, value: unknown, name = ''): Spoil {
  return (draft) => {
    const steps = at.split('.');
    const last = steps.pop()!;
    let bag = find(draft, type, name) as unknown as Bag;
    for (const step of steps) bag = bag[step] as Bag;
    bag[last] = value;
  };
}
