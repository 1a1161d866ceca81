// `npm run package`: the zip that `func azure functionapp publish` would upload, as responder.zip.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageFiles, unexpectedIn } from './packageFiles.ts';
import { packageZip } from './packageZip.ts';

const root = path.resolve(import.meta.dirname, '..');
const files = packageFiles(root);
const odd = unexpectedIn(files);
if (odd !== null) {
  console.error(`The package ${odd}. By .funcignore it would hold ${files.join(', ')}.`);
  process.exit(1);
}
const zip = packageZip(root);
writeFileSync(path.join(root, 'responder.zip'), zip);
console.log(
  `responder.zip: ${files.length} files, ${(zip.length / 1024 / 1024).toFixed(2)} MB\n  ${files.join('\n  ')}`,
);
