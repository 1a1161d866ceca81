import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { findChromium, howToGetOne } from './findChromium.ts';

/** @throws Error that says how to get a browser */
export async function launch(): Promise<Browser> {
  const executablePath = findChromium(process.env);
  if (executablePath === null) throw new Error(howToGetOne);
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--no-first-run',
    ],
  });
}

/** A browser of its own on a phone's screen, with everything that went wrong in it. */
export class Phone {
  readonly context: BrowserContext;
  /** What the console complained of, scripts that failed, dialogs, requests to anywhere but the product. */
  readonly complaints: string[] = [];

  private constructor(context: BrowserContext) {
    this.context = context;
  }

  static async start(
    browser: Browser,
    ours: readonly string[],
    options: Pick<BrowserContextOptions, 'colorScheme' | 'extraHTTPHeaders' | 'javaScriptEnabled'> = {},
  ): Promise<Phone> {
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
      ...options,
    });
    const phone = new Phone(context);
    context.on('page', (page) => phone.#watch(page, ours));
    return phone;
  }

  #watch(page: Page, ours: readonly string[]): void {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (/^https?:$/.test(url.protocol) && !ours.includes(url.origin))
        this.complaints.push(`request: ${url.origin}`);
    });
  }

  async open(url: string): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(url);
    return page;
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type AxeResult = { violations: { id: string; nodes: { html: string }[] }[] };

/** Violations of the rules of accessibility, each with its first place. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const result = (await page.evaluate('axe.run()')) as AxeResult;
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
