import type { Cause } from '../diagnosis.ts';
import type { CatalogueOverrides } from './catalogueOverrides.ts';

/** A cause for its reader. `{hub}`, `{site}`, `{device}` and `{ports}` in a text are filled in, also in own texts. */
export type CauseEntry = {
  /** One sentence without a full stop, in lower case. */
  readonly claim: string;
  readonly floor: readonly string[];
  readonly portal: readonly string[];
};

const resourceHealth = 'Open the Resource health of the hub {hub} and Azure status for its region.';
const registry = 'Check in the registry of the hub {hub} that the device {device} exists and is enabled.';
const support = 'If this continues, open a support request.';
const keepAlive =
  'Check keep-alive and the SDK’s reconnection settings of the client: it should reconnect by itself, with growing, random delays.';

const entries: Readonly<Record<Cause, CauseEntry>> = {
  siteUplink: {
    claim: 'power or network of the whole site',
    floor: [
      'Check whether the site {site} has power, and whether its router and internet line work.',
      'If the line is up, check that the firewall lets {ports} out to {hub}.azure-devices.net.',
      'If the line is down, call the network provider of the site; restart the router or modem if your procedures say so.',
    ],
    portal: [
      'Check in the logs whether the other sites of the hub {hub} are unaffected; if so, the service is not at fault.',
    ],
  },
  gateway: {
    claim: 'one line, switch or gateway of the site, not each device',
    floor: [
      'Find what these devices share: a switch, an access point, a gateway, a power circuit; check its power and link lights.',
      'Restart that switch or gateway if your procedures say so.',
    ],
    portal: [
      'Check gateway or parent devices in the registry of the hub {hub}: are they connected?',
      keepAlive,
    ],
  },
  provider: {
    claim: 'a network above the sites, such as carrier, VPN or company network',
    floor: [
      'Ask the other sites that are down which carrier, VPN or SIM provider they share.',
      'Call the network team or that provider, and name the sites and the time of the loss.',
    ],
    portal: [resourceHealth],
  },
  networkPolicy: {
    claim: 'a blocked port, a proxy or name resolution on the way to the hub',
    floor: [
      'Ask the network team what changed in the firewall, proxy or DNS around the time of the loss.',
      'From the network of the devices, test whether {hub}.azure-devices.net resolves and {ports} is open.',
    ],
    portal: [
      'Check the IP filter and the public network access of the hub {hub}.',
      'As a workaround, let the clients use MQTT or AMQP over WebSocket (port 443).',
    ],
  },
  device: {
    claim: 'power, hardware or network link of the device; the log cannot tell the three apart',
    floor: [
      'Check that the device {device} has power and runs.',
      'Check its network link: cable, switch port, Wi-Fi or mobile signal; for the connection itself, {ports} to {hub}.azure-devices.net.',
      'Restart the device if it hangs.',
    ],
    portal: [registry, keepAlive],
  },
  deviceSoftware: {
    claim:
      'the client program or its version, or the certificates and TLS versions it accepts; not the place',
    floor: ['Note what was rolled out to these devices last; stop the rollout and roll back if you can.'],
    portal: [
      'Compare the client versions in the logs of the affected and the unaffected devices.',
      'Check that the client speaks TLS 1.2 or newer (IoT Hub refuses 1.0, 1.1 and weak ciphers since 2025-08-31) and trusts both DigiCert Global Root G2 and Microsoft RSA Root CA 2017; a refused handshake leaves no row.',
      'Check that it pins no leaf or intermediate certificate and no fixed address, and update its SDK.',
      keepAlive,
    ],
  },
  plannedStop: {
    claim: 'the devices disconnected cleanly, as in a planned stop',
    floor: [
      'Ask whether the devices were switched off or updated on purpose: end of shift, maintenance, a rollout.',
      'If not, start the device or its program again.',
    ],
    portal: ['Check whether a deployment or job stopped the client program.'],
  },
  credentials: {
    claim: 'key, token, certificate or clock of the device',
    floor: [
      'Check the clock of the device {device}: more than 5 minutes off makes every token invalid. Check that it reaches its time server (NTP).',
      'Ask whether a key or certificate was changed, or has expired.',
    ],
    portal: [
      registry,
      'Compare its authentication type, key or certificate thumbprint with the device; look for an expired or revoked certificate, a changed certificate policy, or a regenerated key.',
      'Check that the client renews its SAS token before it expires.',
    ],
  },
  identityClash: {
    claim: 'two clients use the same identity and keep disconnecting each other',
    floor: [
      'Look for a second machine, a cloned image or a test program that uses the device id {device}, and stop it.',
    ],
    portal: [
      'Compare addresses and client versions in the logs, and give each client an identity and key of its own.',
      'If it is one client, make it keep one connection and close it before it opens the next.',
    ],
  },
  administrative: {
    claim: 'disabled, deleted or suspended, or forced off',
    floor: ['Ask who changed the registry, the hub or the subscription, and whether it was intended.'],
    portal: ['Look at the activity log of the hub {hub} for who changed it.'],
  },
  quota: {
    claim: 'the daily message quota of the hub is used up',
    floor: ['Find out whether a device or program sends far more messages than usual.'],
    portal: [
      'Look at the metric Total number of messages used of the hub {hub}; add units or a larger tier, or wait for 00:00 UTC.',
      'Set an alert on that metric.',
    ],
  },
  throttling: {
    claim: 'the hub is throttling, so devices cannot come back all at once',
    floor: ['Do not restart devices all at once; bring them back in groups.'],
    portal: [
      'Look at the throttling metrics of the hub {hub}; add units if this load is normal.',
      'Make the clients wait with growing, random delays (jitter) before they reconnect.',
    ],
  },
  cloud: {
    claim: 'the cloud service’s side, not the site',
    floor: ['Nothing to do on site: leave the devices on; they will reconnect by themselves.'],
    portal: [
      resourceHealth,
      'Check that the devices’ SDK retries with growing, random delays.',
      'If it lasts longer than 30 minutes, open a support request, and consider a manual failover.',
    ],
  },
  routine: {
    claim: 'a routine reconnect to renew a token',
    floor: ['There is nothing to do.'],
    portal: ['If this is a nuisance, renew the token earlier, or make the hold longer than the gap.'],
  },
  unknown: {
    claim: 'not known',
    floor: [
      'Check the power and network of whatever is down, starting with the site’s router; then check that {ports} to {hub}.azure-devices.net is open.',
    ],
    portal: [registry, resourceHealth, support],
  },
};

/** What a cause claims and the steps against it, with the words of this installation where it has its own. */
export function causeEntry(cause: Cause, overrides?: CatalogueOverrides['causes']): CauseEntry {
  const own = overrides?.[cause];
  const entry = entries[cause];
  if (!own) return entry;
  return { claim: own.meaning ?? entry.claim, ...(own.steps ? { floor: own.steps, portal: [] } : entry) };
}

/** Fills `{word}`s in; an unknown word stays as it is. */
export function fillIn(text: string, words: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole);
}
