/** The product's queues (host.json and the infrastructure name them too). */
export const queueNames = { evaluations: 'site-evaluations', notices: 'notices' } as const;

/** Looks at a site now. Harmless when early, late or repeated. */
export type EvaluationMessage = {
  readonly partition: string;
  /** Hash of the configuration that the sender has; an instance that has another one looks again first. */
  readonly config?: string;
};

/** Work on one notice, or a question to the logs. Names of the trigger's own metadata are avoided (local-host.md). */
export type NoticeMessage =
  | { readonly partition: string; readonly notice: string }
  | { readonly partition: string; readonly askLogsFor: string };

/** Sends messages that become visible later. Delivery is at least once, in no order. */
export interface Queues {
  wakeSite(message: EvaluationMessage, delayMs: number): Promise<void>;
  deliver(message: NoticeMessage, delayMs: number): Promise<void>;
}
