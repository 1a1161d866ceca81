import { Installation } from './installation.ts';
import { Plant } from './plant.ts';
import type { Product } from './product.ts';
import { Receivers } from './receivers.ts';

/** A running product, its receivers and its devices, shared by the stories of a file. */
export type Stage = {
  readonly product: Product;
  readonly people: Receivers;
  readonly plant: Plant;
  close(): Promise<void>;
};

/** Holds and intervals that a test can wait for. */
export const shortPolicy =
  'offlineAfter: 2s, recoveredAfter: 2s, groupWait: 1s, groupInterval: 5s, lateEventGrace: 1s, diagnosisBudget: 2s';

/** A site for each id, with the devices whose ids begin with it. */
export function sitesNamed(ids: readonly string[]): string {
  const lines = ids.map(
    (id) => `  - { id: ${id}, name: ${id} plant, timeZone: Europe/Oslo, devices: ["${id}-*"] }`,
  );
  return `sites:\n${lines.join('\n')}\n`;
}

export async function setStage(
  configFor: (people: Receivers) => string,
  env: Record<string, string> = {},
): Promise<Stage> {
  const people = await Receivers.start();
  const installation = await Installation.create(env);
  const product = await installation.start(configFor(people));
  return {
    product,
    people,
    plant: new Plant(product),
    async close() {
      await product.terminate();
      people.close();
      installation.remove();
    },
  };
}
