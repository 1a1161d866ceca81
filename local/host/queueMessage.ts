import type { TypedData } from './coreTypes.ts';

/** A message as received; times as the service gives them. */
type ReceivedMessage = {
  readonly messageId: string;
  readonly popReceipt: string;
  readonly messageText: string;
  readonly dequeueCount: number;
  readonly insertedOn: Date;
  readonly expiresOn: Date;
  readonly nextVisibleOn: Date;
};

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The text that was sent, or undefined when it is not in the encoding that host.json names. */
export function decodeMessage(raw: string, encoding: 'base64' | 'none'): string | undefined {
  if (encoding === 'none') return raw;
  const compact = raw.replace(/\s+/g, '');
  return base64.test(compact) ? Buffer.from(compact, 'base64').toString('utf8') : undefined;
}

/**
 * Trigger metadata of a message. As on the real host, properties of a JSON body overwrite the message's own fields,
 * names compared without case.
 */
export function messageMetadata(message: ReceivedMessage, text: string): Record<string, TypedData> {
  const metadata: Record<string, TypedData> = {
    queueTrigger: { string: text },
    dequeueCount: { json: String(message.dequeueCount) },
    expirationTime: { string: message.expiresOn.toISOString() },
    id: { string: message.messageId },
    insertionTime: { string: message.insertedOn.toISOString() },
    nextVisibleTime: { string: message.nextVisibleOn.toISOString() },
    popReceipt: { string: message.popReceipt },
  };
  const names = new Map(Object.keys(metadata).map((name) => [name.toLowerCase(), name]));
  for (const [key, value] of Object.entries(jsonObject(text))) {
    const name = names.get(key.toLowerCase()) ?? key;
    metadata[name] = typeof value === 'string' ? { string: value } : { json: JSON.stringify(value) };
  }
  return metadata;
}

function jsonObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
