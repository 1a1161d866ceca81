/** Why somebody was told or not, in the order in which they are looked at. */
export const codes = [
  'neverSeen',
  'online',
  'hold',
  'lateEvent',
  'flapping',
  'deleted',
  'groupWait',
  'groupInterval',
  'told',
  'route',
  'noRoute',
  'severity',
  'final',
  'routeRemoved',
  'notDue',
  'escalation',
  'fallback',
  'silence',
  'maintenance',
  'muteTime',
  'acknowledged',
  'rateLimit',
  'receiverQuiet',
  'deliveryFailed',
  'overBeforeTold',
  'outdatedEvent',
] as const;
export type Code = (typeof codes)[number];

/** What was believed of the device. Times are milliseconds. */
export type Known = {
  /** null: no event of it was known. */
  readonly phase: 'online' | 'suspect' | 'offline' | 'recovering' | null;
  readonly flapping: boolean;
  /** When the phase began; null: not known. */
  readonly sinceMs: number | null;
  /** null: no hold ran. */
  readonly holdEndsAtMs: number | null;
};

/** What one receiver was told of the device by then, or why it was not. */
export type ReceiverAnswer = {
  readonly receiver: string;
  readonly told: boolean;
  readonly because: Code;
  /** When it was told; null: it was not. */
  readonly atMs: number | null;
  readonly noticeId: string | null;
  readonly sentence: string;
};

/** One rule that was looked at. `outcome` is a code, or what the rule says of itself. */
export type Looked = { readonly rule: string; readonly outcome: string; readonly sentence: string };

export type Explanation = {
  readonly known: Known;
  readonly outcome: Code;
  readonly receivers: readonly ReceiverAnswer[];
  readonly looked: readonly Looked[];
  readonly sentences: readonly string[];
  /** What became of it since. */
  readonly after: readonly string[];
};
