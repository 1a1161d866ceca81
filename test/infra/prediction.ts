import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bicep, Target } from './tools/bicep.ts';

/** One resource as the compiler predicts it; what only Azure knows stays an expression in brackets. */
export type Resource = {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly location?: string;
  readonly tags?: unknown;
  readonly sku?: unknown;
  readonly identity?: unknown;
  readonly properties?: unknown;
};

/** What a deployment would make: the content of a snapshot file. */
export type Prediction = {
  readonly predictedResources: readonly Resource[];
  readonly diagnostics: readonly unknown[];
  readonly outputs: Readonly<Record<string, unknown>>;
};

const infra = path.resolve(import.meta.dirname, '../../infra');

/** The parameter files whose predictions are checked in. */
export const installations = ['minimal', 'full', 'ownDomain', 'azdExample'] as const;
export type Installation = (typeof installations)[number];

/** How events come to an installation. */
export const sourceOf = (name: Installation): 'eventGrid' | 'storageQueue' | 'eventHubs' =>
  (
    ({ full: 'eventHubs', ownDomain: 'storageQueue', minimal: 'eventGrid', azdExample: 'eventGrid' }) as const
  )[name];

export const snapshotFile = (name: Installation | 'events') => path.join(infra, `${name}.snapshot.json`);

/** Where the predictions deploy to: nowhere. What azd deploys makes its resource group itself. */
const targetOf = (name: Installation | 'events'): Target => ({
  subscriptionId: '00000000-0000-0000-0000-000000000000',
  ...(name === 'azdExample' ? {} : { resourceGroup: 'rg-responder' }),
  location: 'westeurope',
});

/** What main.bicep answers for the minimal installation and events.bicep needs, as names of the environment. */
export const eventsEnv = {
  EVENT_SUBSCRIPTION_NAME: 'responder-fleet-nvn5nhr2q4o2u',
  FUNCTION_APP_NAME: 'func-fleet-nvn5nhr2q4o2u',
  STORAGE_ACCOUNT_NAME: 'stfleetnvn5nhr2q4o2u',
  SYSTEM_TOPIC_ID:
    '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-hub/providers/Microsoft.EventGrid/systemTopics/evgt-hub-fleet-01',
  MAIL_TOPIC_ID:
    '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-responder/providers/Microsoft.EventGrid/systemTopics/evgt-acs-fleet-nvn5nhr2q4o2u',
};

/** A change of one file of infra/, to see that a mistake there is found. */
export type Edit = { readonly file: string; readonly find: string; readonly put: string };

/**
 * Has the real compiler, started with `eventsEnv`, predict what a parameter file deploys, in a copy of infra/.
 * @throws BicepError with its findings, warnings included
 */
export async function predict(
  bicep: Bicep,
  name: Installation | 'events',
  edits: readonly Edit[] = [],
): Promise<Prediction> {
  const folder = await mkdtemp(path.join(tmpdir(), 'responder-infra-'));
  try {
    await cp(infra, folder, { recursive: true });
    for (const { file, find, put } of edits) {
      const text = await readFile(path.join(folder, file), 'utf8');
      if (!text.includes(find)) throw new Error(`${file} has no ${JSON.stringify(find)}`);
      await writeFile(path.join(folder, file), text.replace(find, put));
    }
    const snapshot = await bicep.predict(path.join(folder, `${name}.bicepparam`), targetOf(name));
    const prediction = JSON.parse(snapshot) as Prediction;
    // The compiler writes outputs in any order.
    const outputs = Object.fromEntries(Object.entries(prediction.outputs ?? {}).sort());
    return { ...prediction, outputs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a snapshot file holds. */
export const snapshotText = (prediction: Prediction): string => `${JSON.stringify(prediction, null, 2)}\n`;

/** The checked-in prediction. */
export const snapshot = (name: Installation | 'events'): Prediction =>
  JSON.parse(readFileSync(snapshotFile(name), 'utf8'));

export const ofType = (prediction: Prediction, type: string): readonly Resource[] =>
  prediction.predictedResources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());

/**
 * The resource of a type whose name ends so.
 * @throws Error when there is none, or more than one
 */
export function only(prediction: Prediction, type: string, name = ''): Resource {
  const found = ofType(prediction, type).filter((resource) => resource.name.endsWith(name));
  if (found.length !== 1) throw new Error(`${found.length} of ${type} ${name} instead of one`);
  return found[0]!;
}

/**
 * What the resources of a type have at a path, over all installations: the values by the resources' names.
 * @throws Error when no installation has such a resource
 */
export function everywhere(
  type: string,
  at: string,
  name = '',
): readonly [resource: string, value: unknown][] {
  const found = installations.flatMap((installation) =>
    ofType(snapshot(installation), type)
      .filter((resource) => resource.name.endsWith(name))
      .map((resource): [string, unknown] => [`${installation}: ${resource.name}`, valueAt(resource, at)]),
  );
  if (found.length === 0) throw new Error(`no installation has a ${type} ${name}`);
  return found;
}

/** What a resource has at a path such as `properties.siteConfig.ftpsState` or `properties.rules.0`; undefined: nothing. */
export function valueAt(from: unknown, path: string): unknown {
  let value = from;
  for (const step of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[step];
  return value;
}

/** As `valueAt`, as a list of texts; anything else is an empty one. */
export function textsAt(from: unknown, path: string): readonly string[] {
  const value = valueAt(from, path);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The last part of a resource's name, without its parents. */
export const ownName = (resource: Resource): string => resource.name.split('/').at(-1) ?? '';
