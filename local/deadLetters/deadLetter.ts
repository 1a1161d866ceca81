/** An event that Event Grid gave up, as it lies in the dead-letter container (azure-facts §2.5). */
export type DeadLetter = {
  /** The event itself, with Event Grid's remarks beside it. */
  readonly event: unknown;
  readonly type: string;
  readonly reason: string;
  readonly outcome: string;
  readonly attempts: number;
};

/**
 * Reads a dead-letter blob: one event or an array of them, in either schema; the remarks have lower-cased names in
 * CloudEvents.
 * @throws SyntaxError when it is no JSON
 */
export function readDeadLetters(text: string): DeadLetter[] {
  const content: unknown = JSON.parse(text);
  return (Array.isArray(content) ? content : [content]).map((event: Record<string, unknown>) => {
    const remark = (name: string) => event[name] ?? event[name.toLowerCase()];
    return {
      event,
      type: String(event.eventType ?? event.type ?? 'unknown'),
      reason: String(remark('deadLetterReason') ?? 'unknown'),
      outcome: String(remark('lastDeliveryOutcome') ?? 'unknown'),
      attempts: Number(remark('deliveryAttempts') ?? 0),
    };
  });
}
