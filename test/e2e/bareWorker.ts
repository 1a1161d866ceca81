// Loads the built app of the folder named first as the platform's worker does, in an environment without a single
// setting, invokes two functions and prints what came of it as JSON.

import type { TypedData } from '../../local/host/coreTypes.ts';
import { createInvoke } from '../../local/host/invoke.ts';
import { loadApp } from '../../local/host/loadApp.ts';

const app = await loadApp(String(process.argv[2]), (level, message) => console.error(level, message));
const invoke = createInvoke(app, () => {}, 20_000);

async function call(name: string, data: TypedData): Promise<unknown> {
  const registered = app.core.functions.find(({ metadata }) => metadata.name === name);
  if (!registered) return 'not registered';
  const outcome = await invoke(registered, { data });
  return outcome.ok ? outcome.response : String(outcome.error);
}

const http = { method: 'GET', url: 'http://localhost/api/health', headers: {}, params: {}, query: {} };
console.log(
  JSON.stringify({
    functions: app.core.functions.map(({ metadata }) => metadata.name).toSorted(),
    health: await call('health', { http } as TypedData),
    event: await call('receiveConnectionEvent', { json: '[]' }),
  }),
);
process.exit(0);
