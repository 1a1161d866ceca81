/** What a code says about a connection; decides which causes it can speak for. */
const codeFamilies = [
  'suspended',
  'quota',
  'administrative',
  'unauthorized',
  'replaced',
  'service',
  'throttled',
  'lost',
  'client',
  'unrelated',
] as const;
export type CodeFamily = (typeof codeFamilies)[number];

/** One error code of the hub, as a person needs it. Steps are plain sentences; see `fillIn` for the `{words}` in them. */
export type CodeEntry = {
  readonly name: string;
  /** One sentence. */
  readonly meaning: string;
  readonly family: CodeFamily;
  /** `single`: passes alone, is a fault when it repeats; `midnight`: until 00:00 UTC. */
  readonly passes: 'yes' | 'no' | 'single' | 'midnight';
  /** For the person beside the device. */
  readonly floor: readonly string[];
  /** For the person at the Azure portal. */
  readonly portal: readonly string[];
  /** What to hand to support. */
  readonly attach: string;
  /** Title of the page of the IoT Hub documentation. */
  readonly documentation: string;
};

const errorCodesPage = 'Troubleshoot Azure IoT Hub error codes';
export const connectivityPage = 'Monitor, diagnose, and troubleshoot Azure IoT Hub device connectivity';

export const attachDevice =
  'the hub name, the device ids, the UTC times, the error codes, the protocol and the client version';
const attachHub =
  'the hub name and region, the UTC times, the error codes and the number of devices and sites';

/** Whether a code passes by itself, as a sentence. */
export const passesInWords: Readonly<Record<CodeEntry['passes'], string>> = {
  yes: 'It clears by itself.',
  no: 'It does not clear by itself.',
  single: 'One alone clears by itself; if it repeats, it is a fault.',
  midnight: 'It lasts until 00:00 UTC.',
};

type Family = Omit<CodeEntry, 'name' | 'family'>;

export const nothingOnSite =
  'Nothing to do on site: leave the devices on; they will reconnect by themselves.';
export const openHealth = 'Open the Resource health of the hub {hub} and Azure status for its region.';
const noteClient = 'Note which client program and version the device runs, and what changed last.';
const checkClock =
  'Check the clock of the device: more than 5 minutes off makes every token invalid. Check that it reaches its time server (NTP).';

/** What holds for a family; a code says only what differs. */
export const families: Readonly<Record<CodeFamily, Family>> = {
  suspended: {
    meaning: 'The hub is suspended.',
    passes: 'no',
    floor: ['Nothing to do on site: the devices cannot connect until the hub is active again.'],
    portal: [
      'Check the state of the hub, and of the Azure subscription: billing, spending limit, disabled subscription.',
    ],
    attach: attachHub,
    documentation: errorCodesPage,
  },
  quota: {
    meaning: 'The daily message quota of the hub is used up.',
    passes: 'midnight',
    floor: ['Find out whether a device or program sends far more messages than usual.'],
    portal: [
      'Look at the metric Total number of messages used; add units or a larger tier, or wait for 00:00 UTC.',
      'Set an alert on the metric so that this is seen before the quota is used up.',
    ],
    attach: attachHub,
    documentation: errorCodesPage,
  },
  administrative: {
    meaning: 'The registry of the hub does not let this identity connect.',
    passes: 'no',
    floor: ['Compare the device id and the hub’s host name on the device with the registry.'],
    portal: ['Look the device up in the registry: register or enable it; check who changed it.'],
    attach: attachDevice,
    documentation: errorCodesPage,
  },
  unauthorized: {
    meaning: 'The hub did not accept the credentials.',
    passes: 'no',
    floor: [checkClock],
    portal: ['Check the credentials of the device in the registry against those on the device.'],
    attach: `${attachDevice}, and whether the device uses tokens or certificates (never the key itself)`,
    documentation: errorCodesPage,
  },
  replaced: {
    meaning: 'The same identity connected again, so the hub closed the older connection.',
    passes: 'single',
    floor: ['Look for a second machine, image or test program that uses the same device id, and stop it.'],
    portal: [
      'A single one is a fast reconnect or a token renewal: look at what broke the link before.',
      'If it repeats, compare addresses and client versions of the rows, and give each client an identity of its own.',
    ],
    attach: attachDevice,
    documentation: connectivityPage,
  },
  service: {
    meaning: 'The service had a fault.',
    passes: 'yes',
    floor: [nothingOnSite],
    portal: [openHealth, 'If it lasts longer than 30 minutes, open a support request.'],
    attach: attachHub,
    documentation: errorCodesPage,
  },
  throttled: {
    meaning: 'The hub is throttling: more operations than its units allow.',
    passes: 'yes',
    floor: ['Do not restart many devices at once; bring them back in groups.'],
    portal: [
      'Look at the throttling metrics of the hub; add units if the load is normal.',
      'Make the clients wait with growing, random delays (jitter) before they reconnect.',
    ],
    attach: attachHub,
    documentation: errorCodesPage,
  },
  lost: {
    meaning:
      'The connection ended on the device side, or the device was silent for 1.5 times its keep-alive.',
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
  client: {
    meaning: 'The hub could not use the request of the client.',
    passes: 'no',
    floor: [noteClient],
    portal: ['Check the client program against the SDK documentation, and update its SDK.'],
    attach: attachDevice,
    documentation: errorCodesPage,
  },
  unrelated: {
    meaning: 'The code is not about the connection; it does show that the hub was reached.',
    passes: 'single',
    floor: [noteClient],
    portal: [`Look the code up on the page “${errorCodesPage}”.`],
    attach: attachDevice,
    documentation: errorCodesPage,
  },
};
