import { createTableRows } from '../../src/lib/store/tableRows.ts';
import { storageOf } from '../storageOf.ts';
import { planFleet } from './fleetPlan.ts';
import { writeFleet } from './writeFleet.ts';

const tableName = 'Fleet';

/** `npm run simulate -- fleet`: fills the storage of a running host. Answers the exit code. */
export async function runFleet(options: {
  readonly sites: number;
  readonly devices: number;
  readonly inTrouble: number;
  readonly hub: string;
  readonly cloudUrl: string;
}): Promise<number> {
  const { sites, devices, inTrouble, hub, cloudUrl } = options;
  if (devices < sites) {
    console.error(`--devices ${devices}: use at least one for each of ${sites} sites`);
    return 1;
  }
  try {
    const connectionString = await storageOf(cloudUrl);
    const rows = createTableRows({ kind: 'connectionString', connectionString }, tableName);
    const plan = planFleet(hub, sites, devices, inTrouble);
    console.log(
      `${devices} devices of ${sites} sites of ${hub}, ${plan.inTrouble} in trouble; the first site has ${plan.sites[0]}`,
    );
    console.log(
      'They are called s0001-device-00001: sitePattern "^(?<site>[a-z0-9]+)-" has them at their sites.',
    );
    await writeFleet(rows, plan, Date.now(), (line) => console.log(line));
    return 0;
  } catch (error) {
    console.error(`The fleet could not be written: ${(error as Error).message}`);
    return 1;
  }
}
