import { section } from '../fields/fieldTypes.ts';
import { completeShape, partialSection } from '../fields/tableSection.ts';
import { channelKinds } from '../notify/channels/registry.ts';
import type { AddressRules } from '../outgoing/addressGuard.ts';
import { deliveryFields, receiverFields } from '../policy/receiver.ts';
import { receiverName } from './names.ts';

/** What receivers of every kind have beside their channel. */
const general = {
  fallback: receiverName().optional().describe('The receiver that is told when this one cannot be reached.'),
  ...completeShape(receiverFields),
  delivery: partialSection(deliveryFields)
    .optional()
    .describe('The fields that differ from the general delivery.'),
};

export const generalFields: readonly string[] = Object.keys(general);

/** A receiver: the section of one channel, and the general fields. That it is one channel is checked by `crossCheck`. */
export function receiverSection(rules: AddressRules) {
  const channels = channelKinds.map((each) => [each.kind, each.section(rules).optional()] as const);
  return section({ ...Object.fromEntries(channels), ...general }).meta({
    oneOf: channelKinds.map(({ kind }) => ({ required: [kind] })),
  });
}
