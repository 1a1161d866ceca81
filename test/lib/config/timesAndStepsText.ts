/** Night times of Oslo. */
export const nights = 'timeIntervals: { nights: { timeZone: Europe/Oslo, times: ["22:00-06:00"] } }';

/** What differs from one route to one of two receivers at one site. */
export type Parts = {
  readonly intervals?: string;
  readonly route?: string;
  readonly window?: string;
  readonly more?: string;
};

/** A configuration, as its text. */
export function textOf({ intervals = nights, route = 'to: [ops]', window, more = '' }: Parts): string {
  const maintenance = window === undefined ? '' : `maintenance: [{ name: Service, ${window} }]`;
  return `
    sites: [{ id: oslo, devices: ["oslo-*"] }]
    receivers: { ops: { email: { to: [ops@oslo.example] } }, lead: { email: { to: [lead@oslo.example] } } }
    routes: [{ ${route} }]
    ${intervals}
    ${maintenance}
    ${more}`;
}

/** Fields of a window at one time, without its times. */
export const once = 'match: { sites: [oslo] }, timeZone: Europe/Oslo';
