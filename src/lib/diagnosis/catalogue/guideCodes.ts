import { attachDevice, attachHub, type CodeEntry, connectivityPage, errorCodesPage } from './codeEntry.ts';

/** The five codes of the troubleshooting guide (azure-docs iot-hub-troubleshoot-connectivity, troubleshoot-error-codes). */
export const guideCodes: Readonly<Record<string, CodeEntry>> = {
  '404104': {
    name: 'DeviceConnectionClosedRemotely',
    meaning:
      'The connection ended on the device side, or nothing was heard of the device for 1.5 times its keep-alive.',
    family: 'lost',
    passes: 'single',
    floor: [
      'Check that the device has power and runs, and look at its network link lights.',
      'Check the local network: cable, switch port, Wi-Fi or mobile signal.',
      'Restart the device if its program hangs or crashed.',
    ],
    portal: [
      'Compare with other devices of the site: many at once mean its network or power, one alone means the device.',
      'A steady repeat every 45 to 75 minutes that reconnects is token renewal and needs nothing.',
      'Check that the client sends keep-alive pings and that the SDK reconnects by itself (retry policy); do not raise the keep-alive to hide losses.',
    ],
    attach: attachDevice,
    documentation: errorCodesPage,
  },
  '401003': {
    name: 'IotHubUnauthorized',
    meaning:
      'The hub did not accept the token, key or certificate; on a disconnect it is the end of a token’s life.',
    family: 'unauthorized',
    passes: 'single',
    floor: [
      'Check the clock of the device: more than 5 minutes off makes every token invalid. Check that it reaches its time server (NTP).',
    ],
    portal: [
      'Check in the registry that the device exists and is enabled, and that its authentication type is the one the device uses.',
      'Compare the key or certificate thumbprint with the device; look for an expired certificate or a key that was regenerated.',
      'Check that the client renews its SAS token before it expires.',
    ],
    attach: `${attachDevice}, and whether the device uses tokens or certificates (never the key itself)`,
    documentation: errorCodesPage,
  },
  '409002': {
    name: 'LinkCreationConflict',
    meaning: 'The device opened a second connection while the hub still held the first, which it closed.',
    family: 'replaced',
    passes: 'single',
    floor: ['Look for a second machine, image or test program that uses the same device id, and stop it.'],
    portal: [
      'Look for the error just before this one: a broken link that reconnects fast leaves this code as a side effect.',
      'If it repeats, compare addresses and client versions of the rows, and give each client an identity of its own.',
      'Make the client keep one connection and close it before it opens the next.',
    ],
    attach: attachDevice,
    documentation: errorCodesPage,
  },
  '500001': {
    name: 'ServerError',
    meaning: 'The hub met an internal fault.',
    family: 'service',
    passes: 'yes',
    floor: ['Nothing on site: leave the devices on, they reconnect by themselves.'],
    portal: [
      'Open the Resource health of the hub {hub} and Azure status for its region.',
      'Check that the devices’ SDK retries with growing, random delays.',
      'If it lasts longer than 30 minutes, open a support request, and consider a manual failover.',
    ],
    attach: attachHub,
    documentation: errorCodesPage,
  },
  '500008': {
    name: 'GenericTimeout',
    meaning: 'The hub could not complete the connection request in time.',
    family: 'service',
    passes: 'yes',
    floor: ['Nothing on site: leave the devices on, they reconnect by themselves.'],
    portal: [
      'Open the Resource health of the hub {hub} and Azure status for its region.',
      'Check that the devices’ SDK retries with growing, random delays.',
      'If it lasts longer than 30 minutes, open a support request, and consider a manual failover.',
    ],
    attach: attachHub,
    documentation: connectivityPage,
  },
};
