import { registerHooks } from 'node:module';
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookContext,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from './coreTypes.ts';

const specifier = '@azure/functions-core';
const slot = Symbol.for(specifier);
const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;

export type HookName = (typeof hookNames)[number];
export type RegisteredFunction = { readonly metadata: FunctionMetadata; readonly callback: FunctionCallback };

/** What an app has registered through `@azure/functions`. */
export type Core = {
  readonly functions: readonly RegisteredFunction[];
  model(): ProgrammingModel | undefined;
  hooks(name: HookName): readonly HookCallback[];
  /** Runs the hooks of one kind in the order of their registration; the first that throws ends it. */
  runHooks(name: HookName, context: HookContext): Promise<void>;
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
  const hooks = new Map<HookName, HookCallback[]>(hookNames.map((name) => [name, []]));
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
    registerHook(name: string, callback: HookCallback) {
      const known = hooks.get(name as HookName);
      if (!known) {
        const error = new RangeError(`Unrecognized hook "${name}". Known: ${hookNames.join(', ')}.`);
        throw Object.assign(error, { isAzureFunctionsSystemError: true });
      }
      known.push(callback);
      return new CoreDisposable(() => known.splice(known.indexOf(callback), 1));
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
    hooks: (name) => hooks.get(name) ?? [],
    async runHooks(name, context) {
      for (const callback of hooks.get(name) ?? []) await callback(context);
    },
    close: () => {
      closed = true;
    },
  };
}
