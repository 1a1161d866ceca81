// Loads a bundle as the worker does and says what that took: `node coldStart.cjs <main.cjs> [delivery.json]`. With a
// delivery it is handed to `receiveConnectionEvent` afterwards.
const { readFileSync } = require('node:fs');
const Module = require('node:module');

const [main, delivery] = process.argv.slice(2);
const functions = new Map();
class Disposable {
  static from = () => new Disposable();
  dispose() {}
}
const core = {
  version: '3.9.1',
  hostVersion: '4.1036.3',
  Disposable,
  log() {},
  setProgrammingModel() {},
  getProgrammingModel() {},
  registerFunction(metadata, callback) {
    functions.set(metadata.name, callback);
    return new Disposable();
  },
  registerHook: () => new Disposable(),
};
const load = Module._load;
Module._load = function (name, ...others) {
  return name === '@azure/functions-core' ? core : load.call(this, name, ...others);
};

const loaded = () => Object.keys(require.cache).filter((file) => file !== __filename);
const counted = async (work) => {
  const [before, beganMs] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1_000, wallMs: performance.now() - beganMs, files: loaded() };
};

(async () => {
  const rssBefore = process.memoryUsage().rss;
  const start = await counted(() => require(main));
  const rssMiB = (process.memoryUsage().rss - rssBefore) / 2 ** 20;
  const none = () => {};
  const context = { debug: none, log: none, warn: none, error: none };
  const first = delivery
    ? await counted(() =>
        functions.get('receiveConnectionEvent')(JSON.parse(readFileSync(delivery, 'utf8')), context),
      )
    : null;
  process.stdout.write(JSON.stringify({ functions: functions.size, start, rssMiB, first }));
  process.exit();
})();
