// The README's picture: the first mail of the demonstration, as it was sent. Needs a running `npm start` and a Chromium.
//   node node24.mjs build/mailPicture.ts [inbox]        CHROMIUM=/path/to/chromium
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const inbox = process.argv[2] ?? 'http://localhost:7072';
const picture = path.resolve(import.meta.dirname, '../docs/images/mail.png');
const size = { width: 680, height: 980 };

const answer = await fetch(`${inbox}/emails`);
const { items } = (await answer.json()) as { items: { subject: string; html: string | null }[] };
const mail = items.filter(({ subject }) => / devices offline/.test(subject)).at(-1);
if (!mail?.html) throw new Error(`${inbox} has no mail about an outage: wait for the demonstration`);

const folder = mkdtempSync(path.join(tmpdir(), 'mail-'));
try {
  const page = path.join(folder, 'mail.html');
  writeFileSync(page, mail.html);
  execFileSync(process.env.CHROMIUM ?? 'chromium', [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    `--window-size=${size.width},${size.height}`,
    `--screenshot=${picture}`,
    `file://${page}`,
  ]);
  console.log(`${picture}: ${mail.subject}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
