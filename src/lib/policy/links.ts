import type { FieldTable } from '../fields/fieldTable.ts';

/** The links in notices: the one place where such a field is written. */
export const linkFields = {
  validFor: {
    kind: 'duration',
    default: '7d',
    says: 'How long the links of an incident open after its end.',
  },
} as const satisfies FieldTable;
