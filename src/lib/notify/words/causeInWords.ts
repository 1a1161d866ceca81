import type { Cause } from '../../diagnosis/diagnosis.ts';

const words: Readonly<Record<Cause, string>> = {
  siteUplink: 'Power or network of the whole site',
  gateway: 'One line, switch or gateway of the site',
  provider: 'A network above the sites (carrier, VPN)',
  networkPolicy: 'A blocked port, a proxy or name resolution',
  device: "The device's power, hardware or link",
  deviceSoftware: "The device's client software",
  plannedStop: 'Devices disconnected cleanly (planned stop)',
  credentials: 'Key, token, certificate or clock of the device',
  identityClash: 'Two clients use the same identity',
  administrative: 'Disabled, deleted or suspended on purpose',
  quota: "The hub's daily message quota is used up",
  throttling: 'The hub is throttling',
  cloud: 'The cloud service',
  routine: 'Routine reconnect (token renewal)',
  unknown: 'Not known',
};

/** A cause as a short title for a reader. */
export function causeInWords(cause: Cause): string {
  return words[cause];
}
