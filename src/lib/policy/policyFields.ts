import type { Field } from '../fields/fieldTable.ts';
import { severities } from './severity.ts';

/** A notice is diagnosed and sent within one function call, which has five minutes (host.json). */
export const withinCall = '2m';

/** `site`: the field describes a site as a whole, so its devices cannot differ in it. */
type PolicyField = Field & { readonly scope: 'device' | 'site' };

/** The policy, field by field: the one place where a field of it is written. */
export const policyFields = {
  offlineAfter: {
    kind: 'duration',
    default: '5m',
    scope: 'device',
    says: 'How long a device must be gone before it counts as offline. Shorter gaps stay quiet.',
  },
  recoveredAfter: {
    kind: 'duration',
    default: '2m',
    scope: 'device',
    says: 'How long a device must be connected again before it counts as back.',
  },
  groupWait: {
    kind: 'duration',
    default: '30s',
    scope: 'site',
    says: 'How long the first notice of a site waits for other devices that go offline with it.',
  },
  groupInterval: {
    kind: 'duration',
    default: '5m',
    scope: 'site',
    says: 'The shortest time between two updates of one incident to one receiver.',
  },
  remindEvery: {
    kind: 'duration',
    default: '4h',
    scope: 'site',
    says: 'How often a receiver is reminded of an incident that is still open.',
  },
  siteDown: {
    kind: 'percentage',
    default: '50%',
    scope: 'site',
    says: 'A site is critical when at least this share of its known devices is offline, and at least two of them.',
  },
  siteFlapping: {
    kind: 'percentage',
    default: '25%',
    scope: 'site',
    says: 'Flapping is info; it is a warning when at least this share of the known devices of a site flaps, and at least two of them.',
  },
  lateEventGrace: {
    kind: 'duration',
    default: '90s',
    scope: 'device',
    says: 'The least time that a late event waits for its counterpart.',
  },
  flapping: {
    kind: 'switchable',
    scope: 'device',
    says: 'When a device that keeps coming and going counts as flapping. off: never.',
    fields: {
      window: { kind: 'duration', default: '20m', says: 'How far back changes are counted.' },
      startAt: {
        kind: 'percentage',
        default: '30%',
        says: 'The share of changes at which a device starts to count as flapping.',
      },
      stopAt: {
        kind: 'percentage',
        default: '20%',
        says: 'The share of changes at which it counts as calm again. Must be below startAt.',
      },
    },
  },
  diagnosisBudget: {
    kind: 'duration',
    default: '20s',
    longest: withinCall,
    scope: 'site',
    says: 'How long a notice of something new waits for the diagnostic logs.',
  },
  severity: {
    kind: 'choice',
    values: severities,
    scope: 'device',
    says: 'A fixed severity for these incidents, in place of the calculated one.',
  },
} as const satisfies Readonly<Record<string, PolicyField>>;
