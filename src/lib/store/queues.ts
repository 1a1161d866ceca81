import type { RulesVersion } from '../policy/rules.ts';

/** The product's queues (host.json and the infrastructure name them too). */
export const queueNames = {
  evaluations: 'site-evaluations',
  notices: 'notices',
  /** Of the sources for large fleets alone: what Event Grid puts there, and what is kept to be taken again. */
  events: 'device-events',
} as const;

/** Looks at a site now. Harmless when early, late or repeated. */
export type EvaluationMessage = {
  readonly partition: string;
  /** The rules that the sender has; an instance with older ones looks for newer ones first. */
  readonly rules?: RulesVersion;
};

/** Work on one notice, or a question to the logs. Names of the trigger's own metadata are avoided (docs/platform.md). */
export type NoticeMessage =
  | {
      readonly partition: string;
      readonly incident: string;
      readonly notice: string;
      /** When the delivery began that gave its place up while it waited for the logs. */
      readonly sinceMs?: number;
    }
  | { readonly partition: string; readonly askLogsFor: string };

/** Sends messages that become visible later. Delivery is at least once, in no order. */
export interface Queues {
  wakeSite(message: EvaluationMessage, delayMs: number): Promise<void>;
  deliver(message: NoticeMessage, delayMs: number): Promise<void>;
}

/** Keeps events in a queue, for who takes them again. */
export interface EventQueue {
  /** @param events in Event Grid's schema */
  keep(events: readonly object[], delayMs: number): Promise<void>;
}
