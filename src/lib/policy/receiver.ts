/** How often and how long a notice is tried. Milliseconds. */
export type Delivery = {
  readonly timeoutMs: number;
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  readonly giveUpAfterMs: number;
};

export type EmailChannel = { readonly kind: 'email'; readonly to: readonly string[] };
export type WebhookChannel = {
  readonly kind: 'webhook';
  readonly url: string;
  /** `whsec_` + Base64; null: unsigned. */
  readonly secret: string | null;
};
export type Channel = EmailChannel | WebhookChannel;

export type Receiver = {
  readonly name: string;
  readonly channel: Channel;
  readonly fallback: string | null;
  readonly fallbackAfterMs: number;
  readonly delivery: Delivery;
};
