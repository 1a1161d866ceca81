import { registerHooks } from 'node:module';
import type {
  FunctionCallback,
  FunctionMetadata,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from './coreTypes.ts';

const specifier = '@azure/functions-core';
const slot = Symbol.for(specifier);

type StartHook = (context: { readonly hookData: object; readonly appHookData: object }) => unknown;
export type RegisteredFunction = { readonly metadata: FunctionMetadata; readonly callback: FunctionCallback };

/** What an app has registered through `@azure/functions`. */
export type Core = {
  readonly functions: readonly RegisteredFunction[];
  model(): ProgrammingModel | undefined;
  /** Runs the start hooks in the order of their registration; the first that throws ends it. */
  runStartHooks(): Promise<void>;
  /** From now on registering is an error, as in the worker. */
  close(): void;
};

class CoreDisposable {
  private readonly onDispose: () => void;
  constructor(onDispose: () => void) {
    this.onDispose = onDispose;
  }
  static from(...disposables: { dispose(): unknown }[]): CoreDisposable {
    return new CoreDisposable(() => {
      for (const disposable of disposables) disposable.dispose();
    });
  }
  dispose(): void {
    this.onDispose();
  }
}

/**
 * Answers `require('@azure/functions-core')`, for which `@azure/functions` asks lazily and once: call this before
 * the app is loaded. One app a process, because the package keeps the answer.
 */
export function supplyCore(log: (level: LogLevel, category: LogCategory, message: string) => void): Core {
  const functions: RegisteredFunction[] = [];
  const startHooks: StartHook[] = [];
  let model: ProgrammingModel | undefined;
  let closed = false;

  const surface = {
    version: '3.9.1',
    hostVersion: '4.1036.3',
    Disposable: CoreDisposable,
    log,
    setProgrammingModel: (next: ProgrammingModel) => {
      model = next;
    },
    getProgrammingModel: () => model,
    registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
      if (closed) throw new Error(`Function "${metadata.name}" is registered after the app has started.`);
      if (functions.some((known) => known.metadata.name === metadata.name)) {
        throw new Error(`Function "${metadata.name}" is registered twice.`);
      }
      const registered = { metadata, callback };
      functions.push(registered);
      return new CoreDisposable(() => functions.splice(functions.indexOf(registered), 1));
    },
    registerHook(name: string, hook: StartHook) {
      if (name !== 'appStart')
        throw new RangeError(`Hook "${name}" is not available here. Available: appStart`);
      startHooks.push(hook);
      return new CoreDisposable(() => startHooks.splice(startHooks.indexOf(hook), 1));
    },
  };

  Object.assign(globalThis, { [slot]: surface });
  registerHooks({
    resolve: (name, context, next) =>
      name === specifier
        ? { url: new URL('functionsCore.cjs', import.meta.url).href, format: 'commonjs', shortCircuit: true }
        : next(name, context),
  });

  return {
    functions,
    model: () => model,
    async runStartHooks() {
      const data = {};
      for (const hook of startHooks) await hook({ hookData: data, appHookData: data });
    },
    close: () => {
      closed = true;
    },
  };
}
