import type { Rate } from '../../../fields/quantities.ts';

const minute = 60_000;
const hour = 60 * minute;

/**
 * What Communication Services takes of one subscription, in recipients (learn.microsoft.com/azure/communication-services
 * /concepts/service-limits): much less from its own domain than from one that was verified.
 */
export function sendingRates(sender: string | null): readonly Rate[] {
  const managed = /@([^@]+\.)?azurecomm\.net$/i.test(sender ?? '');
  return managed
    ? [
        { count: 5, windowMs: minute },
        { count: 10, windowMs: hour },
      ]
    : [
        { count: 30, windowMs: minute },
        { count: 100, windowMs: hour },
      ];
}
