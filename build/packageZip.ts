import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { packageFiles } from './packageFiles.ts';

const madeByUnix = 3;
const readWriteFile = 0o100666 << 16;

/** Same content, same bytes: the time of every file is the first that the format knows. */
const noTime = new Date(1980, 0, 1);

/** The package of an app: the zip that `func azure functionapp publish` would upload. */
export function packageZip(root: string): Uint8Array {
  const files: Zippable = {};
  for (const file of packageFiles(root)) {
    files[file] = [
      readFileSync(path.join(root, file)),
      { level: 9, mtime: noTime, os: madeByUnix, attrs: readWriteFile },
    ];
  }
  return zipSync(files);
}
