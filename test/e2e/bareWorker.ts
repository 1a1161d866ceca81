// Loads the built app of the folder named first as the platform's worker does, with no more settings than it is given,
// invokes some functions and prints what came of them as JSON. `old` takes away what Node 22 does not have.
import type { TypedData } from '../../local/host/coreTypes.ts';
import { createInvoke } from '../../local/host/invoke.ts';
import { loadApp } from '../../local/host/loadApp.ts';
import { eventGridEvent } from '../support/events.ts';

const [root, age] = process.argv.slice(2);

const newerThanNode22: readonly [object, readonly string[]][] = [
  [Promise, ['try']],
  [RegExp, ['escape']],
  [Error, ['isError']],
  [Math, ['f16round']],
  [globalThis, ['Float16Array', 'URLPattern']],
];
if (age === 'old') {
  for (const [owner, names] of newerThanNode22) for (const name of names) Reflect.deleteProperty(owner, name);
}

const app = await loadApp(String(root), (level, message) => console.error(level, message));
const invoke = createInvoke(app, () => {}, 20_000);

async function call(name: string, data: TypedData): Promise<string> {
  const registered = app.core.functions.find(({ metadata }) => metadata.name === name);
  if (!registered) return 'not registered';
  const outcome = await invoke(registered, { data });
  if (!outcome.ok) return String(outcome.error);
  const { http } = (outcome.response.returnValue ?? {}) as { http?: { statusCode?: string } };
  return http?.statusCode ?? 'done';
}

function get(url: string): TypedData {
  return {
    http: { method: 'GET', url: `http://localhost${url}`, headers: {}, params: {}, query: {} },
  } as TypedData;
}

const lost = eventGridEvent({ kind: 'DeviceDisconnected', deviceId: 'pump-1', atMs: Date.now() - 3_600_000 });
const found = {
  functions: app.core.functions.map(({ metadata }) => metadata.name).toSorted(),
  health: await call('health', get('/api/health')),
  event: await call('receiveConnectionEvent', { json: JSON.stringify([lost]) }),
  evaluation: await call('evaluateSite', {
    json: JSON.stringify({ partition: 'hub-fleet-01|device|pump-1' }),
  }),
  sweep: await call('sweep', { json: '{}' }),
  incidents: await call('listIncidents', get('/api/incidents')),
};
console.log(JSON.stringify(found));
process.exit(0);
