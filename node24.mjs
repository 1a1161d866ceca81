// Runs a script on Node.js 24, which the app is deployed with: `node node24.mjs local/start.ts`.
//
// Plain JavaScript that starts on Node.js 20. `npm ci` brings Node.js 24 as a package that needs no install script; for
// 64-bit ARM on macOS and Windows that is 26. Where there is none, a Node.js that runs TypeScript by itself will do.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [script, ...args] = process.argv.slice(2);
const packaged = packagedNode();
const isPackaged = process.execPath === packaged;
const is24 = process.versions.node.startsWith('24.');

if (!packaged || isPackaged || (is24 && process.features.typescript)) await runHere();
else runOn(packaged);

/** The executable that `npm ci` has brought for this machine. */
function packagedNode() {
  const { platform, arch } = process;
  const scope = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  const name = `${scope}-${platform === 'win32' ? 'win' : platform}-${arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return path.join(path.dirname(manifest), platform === 'win32' ? 'bin/node.exe' : 'bin/node');
  } catch {
    return undefined;
  }
}

async function runHere() {
  if (!process.features.typescript) {
    console.error(
      `This needs Node.js 24, and npm brought none for this machine (${process.platform} ${process.arch}, Node.js ${process.versions.node}): install it from https://nodejs.org`,
    );
    process.exit(1);
  }
  const file = path.resolve(script);
  process.argv = [process.execPath, file, ...args];
  await import(pathToFileURL(file).href);
}

function runOn(node) {
  const child = spawn(node, [script, ...args], { stdio: 'inherit' });
  // The executable does not start, as one for glibc on Alpine Linux.
  child.once('error', () => void runHere());
  child.once('spawn', () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    // A parent that is killed cannot pass a signal on.
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && child.kill(), 250).unref();
  });
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
