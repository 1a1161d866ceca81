import type { Notice } from '../incident/incident.ts';

/** A notice to a receiver and what became of it. Instants are ISO 8601 in UTC. */
export type DeliveryItem = {
  readonly noticeId: string;
  readonly incidentId: string;
  readonly reason: string;
  readonly state: Notice['state'];
  readonly at: string;
  readonly attempts: number;
  readonly error: string | null;
};

/** How it stands with a receiver. */
export type ReceiverItem = {
  readonly receiver: string;
  /** Its channel. */
  readonly kind: string;
  readonly fallback: string | null;
  /** Since when it cannot be told, and why; null: it can, as far as is known. */
  readonly failing: { readonly since: string; readonly error: string } | null;
  /** Until when it asked not to be called; null: it may be. */
  readonly quietUntil: string | null;
  readonly limits: readonly { readonly rate: string; readonly spent: number }[];
  /** Notices that wait for a limit; at most 100 are counted. */
  readonly waiting: number;
  /** Of the newest notices of all receivers. */
  readonly lastDelivery: DeliveryItem | null;
  readonly lastFailure: DeliveryItem | null;
};
