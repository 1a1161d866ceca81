import { existsSync } from 'node:fs';
import path from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

export const howToGetOne = `No browser was found. These tests need Chromium, Chrome or Edge:
  Debian, Ubuntu:  apt-get install chromium
  elsewhere:       install Chrome, or set CHROMIUM to the path of the program`;

/** The program of a Chromium that is installed, or null. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string | null {
  if (env.CHROMIUM) return env.CHROMIUM;
  const folders = (env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const candidates = [
    ...folders.flatMap((folder) => names.map((name) => path.join(folder, name))),
    ...places,
  ];
  return candidates.find((file) => existsSync(file)) ?? null;
}

// `node node24.mjs test/browser/findChromium.ts`: names the browser that the tests would take; code 1: none.
if (import.meta.main) {
  const found = findChromium(process.env);
  console.log(found ?? howToGetOne);
  if (found === null) process.exitCode = 1;
}
