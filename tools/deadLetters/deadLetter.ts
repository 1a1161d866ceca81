/** Event Grid's remarks beside an event that it gave up; in CloudEvents in lower case (docs/platform.md#dead-letters). */
const remarks = [
  'deadLetterReason',
  'deliveryAttempts',
  'lastDeliveryOutcome',
  'publishTime',
  'lastDeliveryAttemptTime',
];

/** An event that Event Grid gave up. */
export type DeadLetter = {
  /** As it was published. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly type: string;
  readonly reason: string;
  readonly outcome: string;
};

/** The events of a blob in the dead-letter container, in either schema, one or many; null: it holds none. */
export function readDeadLetters(text: string): readonly DeadLetter[] | null {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return null;
  }
  const events: readonly unknown[] = Array.isArray(content) ? content : [content];
  if (!events.every((event) => typeof event === 'object' && event !== null)) return null;
  return events.map((event) => {
    const fields = new Map(Object.entries(event));
    const remark = (name: string) => String(fields.get(name) ?? fields.get(name.toLowerCase()) ?? 'unknown');
    const published = [...fields].filter(
      ([name]) => !remarks.some((known) => known === name || known.toLowerCase() === name),
    );
    return {
      event: Object.fromEntries(published),
      type: String(fields.get('eventType') ?? fields.get('type') ?? 'unknown'),
      reason: remark('deadLetterReason'),
      outcome: remark('lastDeliveryOutcome'),
    };
  });
}
