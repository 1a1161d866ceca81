import type { FieldTable, Values } from '../fields/fieldTable.ts';

/** When a loss that no event explains is reported: the one place where such a field is written. */
export const hubFields = {
  dropShare: {
    kind: 'percentage',
    default: '20%',
    says: 'Report a drop of at least this share of the devices connected an hour ago.',
  },
  dropAtLeast: { kind: 'count', default: 20, says: 'Report a drop of at least this many devices.' },
} as const satisfies FieldTable;

/** A hub whose count of connected devices is watched. A drop is reported from both `dropShare` (0 to 1) and `dropAtLeast` on. */
export type HubConfig = Values<typeof hubFields> & {
  /** ARM id, as the file has it. */
  readonly resourceId: string;
  readonly name: string;
};
