import type { FieldTable, Values } from '../fields/fieldTable.ts';

/** How the responder watches itself: the one place where such a field is written. */
export const selfWatchFields = {
  blindAfter: {
    kind: 'duration',
    default: '5m',
    says: 'When the responder has not run for this long, or events come more than 10 minutes late, ops is told of the gap.',
  },
} as const satisfies FieldTable;

export type SelfWatchRules = Values<typeof selfWatchFields> & {
  /** Called while everything due is handled; null: nobody waits for it. */
  readonly heartbeatUrl: string | null;
};
