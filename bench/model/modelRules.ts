import { configOf } from '../../test/support/configOf.ts';

/** Everybody's defaults; the site of a device is the first part of its id. */
export const modelRules = configOf(`
sitePattern: "^(?<site>[a-z0-9]+)-"
receivers: { operators: { email: { to: ["ops@oslo.example"] } } }
routes: [{ to: [operators] }]
`);
