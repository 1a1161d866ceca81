import { globSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Core, supplyCore } from './coreModule.ts';
import type { LogLevel, ProgrammingModel } from './coreTypes.ts';
import { readMain } from './hostSettings.ts';

export type App = {
  readonly core: Core;
  readonly model: ProgrammingModel;
};

/** A start hook of the app threw. The app prints why, because the real host does not show it. */
export class AppStartError extends Error {
  override readonly name = 'AppStartError';
}

/**
 * Loads every file that `main` of package.json matches, as the worker does, then runs the app's start hooks.
 * @throws AppStartError when a start hook throws; whatever a file throws while it loads
 */
export async function loadApp(root: string, log: (level: LogLevel, message: string) => void): Promise<App> {
  const core = supplyCore((level, category, message) => {
    if (category !== 'system' || level !== 'information') log(level, message);
  });
  const main = readMain(root);
  const files = globSync(main, { cwd: root }).sort();
  if (files.length === 0) throw new Error(`No file matches "main": "${main}" of package.json. Is it built?`);
  for (const file of files) await import(pathToFileURL(path.resolve(root, file)).href);

  const model = core.model();
  if (!model) throw new Error(`"${main}" registers no function`);
  const { HttpUri } = await model.getCapabilities({});
  if (HttpUri) throw new Error('HTTP streaming is not available here: leave out enableHttpStream');
  try {
    await core.runStartHooks();
  } catch (cause) {
    throw new AppStartError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  core.close();
  return { core, model };
}
