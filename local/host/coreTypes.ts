// The part of `@azure/functions-core` that `@azure/functions` 4.x uses. The package is not on npm: the Node.js
// worker supplies it (types/index.d.ts of Azure/azure-functions-nodejs-worker), and so does the local host.

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type LogCategory = 'user' | 'system' | 'customMetric';

/** A value on its way between host and worker; one of the fields is set. */
export type TypedData = {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  http?: HttpData;
  collectionString?: { string: readonly string[] };
};

export type HttpData = {
  method?: string;
  url?: string;
  headers?: Record<string, string>;
  params?: Record<string, string>;
  body?: TypedData | null;
  statusCode?: string;
  cookies?: readonly unknown[];
};

/** One binding of a function: the fields of its trigger, input or output options, and its type. */
export type Binding = {
  readonly type: string;
  readonly direction: 'in' | 'out';
  readonly [option: string]: unknown;
};

export type FunctionMetadata = {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
};

export type FunctionCallback = (...args: unknown[]) => unknown;

type InvocationRequest = {
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
};

export type InvocationResponse = {
  readonly returnValue?: TypedData | null;
};

export type CoreInvocationContext = {
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly request: InvocationRequest;
  state?: 'invocation';
  log(level: LogLevel, category: LogCategory, message: string): void;
};

type InvocationModel = {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
};

export type ProgrammingModel = {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
};
