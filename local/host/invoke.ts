import { randomUUID } from 'node:crypto';
import type { RegisteredFunction } from './coreModule.ts';
import type {
  CoreInvocationContext,
  FunctionCallback,
  InvocationRequest,
  InvocationResponse,
  LogCategory,
  LogLevel,
  TypedData,
} from './coreTypes.ts';
import { describeError } from './describeError.ts';
import type { FunctionLog } from './functionLog.ts';
import type { App } from './loadApp.ts';

export type Outcome =
  | { readonly ok: true; readonly response: InvocationResponse }
  | { readonly ok: false; readonly error: unknown };

export type TriggerInput = {
  readonly data: TypedData;
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
  readonly retryContext?: InvocationRequest['retryContext'];
  /** Made up when absent. */
  readonly invocationId?: string;
};

export type Invoke = (registered: RegisteredFunction, input: TriggerInput) => Promise<Outcome>;

/** Runs functions with the app's hooks around them, as the worker does. A failure is logged and returned, never thrown. */
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
  const { metadata } = registered;
  let invocationContext: unknown;
  const core: CoreInvocationContext = {
    invocationId: input.invocationId ?? randomUUID(),
    metadata,
    request: {
      inputData: [{ name: triggerOf(registered)[0], data: input.data }],
      triggerMetadata: input.triggerMetadata ?? {},
      ...(input.retryContext && { retryContext: input.retryContext }),
    },
    log(level, category, message) {
      const hooked = throughLogHooks(app, { level, category, message, invocationContext });
      log(hooked.level, metadata.name, hooked.message);
    },
  };
  const model = app.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  invocationContext = context;
  const shared = { hookData: {}, appHookData: app.hookData, invocationContext };

  core.state = 'preInvocationHooks';
  const pre = { ...shared, functionCallback: registered.callback as FunctionCallback, inputs };
  await app.core.runHooks('preInvocation', pre);

  core.state = 'invocation';
  const post: typeof shared & { inputs: unknown[]; result: unknown; error: unknown } = {
    ...shared,
    inputs: pre.inputs,
    result: null,
    error: null,
  };
  try {
    post.result = await model.invokeFunction(context, pre.inputs, pre.functionCallback);
  } catch (error) {
    post.error = error ?? new Error(`threw ${error}`);
  }

  core.state = 'postInvocationHooks';
  await app.core.runHooks('postInvocation', post);
  if (post.error !== null && post.error !== undefined) throw post.error;
  return model.getResponse(context, post.result);
}

type LogRecord = { level: LogLevel; category: LogCategory; message: string; invocationContext: unknown };

function throughLogHooks(app: App, record: LogRecord): LogRecord {
  for (const hook of app.core.hooks('log')) hook(record);
  return record;
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
