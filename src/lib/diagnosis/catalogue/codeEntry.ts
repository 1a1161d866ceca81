/** What a code says about a connection; decides which causes it can speak for. */
export const codeFamilies = [
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

export const errorCodesPage = 'Troubleshoot Azure IoT Hub error codes';
export const connectivityPage = 'Monitor, diagnose, and troubleshoot Azure IoT Hub device connectivity';
export const mqttPage = 'Communicate with an IoT hub using the MQTT protocol';

export const attachDevice =
  'the hub name, the device ids, the UTC times, the error codes, the protocol and the client version';
export const attachHub =
  'the hub name and region, the UTC times, the error codes and the number of devices and sites';
