import type { Page } from 'playwright-core';
import 'vitest';

declare module 'vitest' {
  interface Matchers<T> {
    /** The whole of it can be seen without scrolling. */
    toBeOnScreen(page: Page): Promise<T>;
  }
}
