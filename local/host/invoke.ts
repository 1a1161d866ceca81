import { randomUUID } from 'node:crypto';
import type { RegisteredFunction } from './coreModule.ts';
import type { CoreInvocationContext, InvocationResponse, TypedData } from './coreTypes.ts';
import { describeError } from './describeError.ts';
import type { FunctionLog } from './functionLog.ts';
import type { App } from './loadApp.ts';

export type Outcome =
  | { readonly ok: true; readonly response: InvocationResponse }
  | { readonly ok: false; readonly error: unknown };

export type TriggerInput = {
  readonly data: TypedData;
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
};

export type Invoke = (registered: RegisteredFunction, input: TriggerInput) => Promise<Outcome>;

/** Runs functions as the worker does. A failure is logged and returned, never thrown. */
export function createInvoke(app: App, log: FunctionLog, functionTimeoutMs: number): Invoke {
  return async (registered, input) => {
    const { name } = registered.metadata;
    const startedAtMs = performance.now();
    try {
      const response = await withTimeout(run(app, registered, input, log), name, functionTimeoutMs);
      log('debug', name, `done in ${Math.round(performance.now() - startedAtMs)} ms`);
      return { ok: true, response };
    } catch (error) {
      log('error', name, `failed: ${describeError(error)}`);
      return { ok: false, error };
    }
  };
}

/** The name of the binding that triggers a function, and the binding. */
export function triggerOf({ metadata }: RegisteredFunction): [name: string, binding: { type: string }] {
  const found = Object.entries(metadata.bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (!found) throw new Error(`Function "${metadata.name}" has no trigger`);
  return found;
}

async function run(
  app: App,
  registered: RegisteredFunction,
  input: TriggerInput,
  log: FunctionLog,
): Promise<InvocationResponse> {
  const { metadata, callback } = registered;
  const core: CoreInvocationContext = {
    invocationId: randomUUID(),
    metadata,
    request: {
      inputData: [{ name: triggerOf(registered)[0], data: input.data }],
      triggerMetadata: input.triggerMetadata ?? {},
    },
    state: 'invocation',
    log: (level, _category, message) => log(level, metadata.name, message),
  };
  const model = app.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  return model.getResponse(context, await model.invokeFunction(context, inputs, callback));
}

async function withTimeout<T>(running: Promise<T>, name: string, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_resolve, reject) => {
    const message = `Timeout value of ${timeoutMs / 1000} s exceeded by function ${name}`;
    timer = setTimeout(() => reject(new Error(message)), timeoutMs);
  });
  try {
    return await Promise.race([running, timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
