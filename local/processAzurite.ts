// Runs Azurite until the parent lets go. A signal to the group reaches Azurite at the same moment as the host, which
// still needs its storage to finish: only the parent, which waits for the host, ends it.
import { createRequire } from 'node:module';

const signals = ['SIGINT', 'SIGTERM'];
for (const signal of signals) process.on(signal, () => {});
process.on('newListener', (event, listener) => {
  if (signals.includes(String(event))) queueMicrotask(() => process.off(event, listener));
});

// Azurite reports its end on a pipe that a killed parent no longer reads.
process.stdout.on('error', () => {});
process.on('disconnect', () => {
  process.emit('message', 'shutdown', undefined);
  setTimeout(() => process.exit(0), 2_000).unref();
});

await import('./azuriteIndex.ts');
createRequire(import.meta.url)('azurite/dist/src/azurite.js');
