import { type CodeEntry, connectivityPage, nothingOnSite, openHealth } from './codeEntry.ts';

const serverFault = {
  portal: [
    openHealth,
    'Check that the devices’ SDK retries with growing, random delays.',
    'If it lasts longer than 30 minutes, open a support request, and consider a manual failover.',
  ],
};
const upgrade = {
  portal: [openHealth, 'Check that the SDK retries: the next attempt should succeed at once.'],
};

/** Where a code says more than its family (azure-docs troubleshoot-error-codes and iot-hub-troubleshoot-connectivity). */
export const exceptions: Readonly<Record<string, Partial<Omit<CodeEntry, 'name' | 'family'>>>> = {
  '400001': {
    meaning: 'The client speaks a protocol version that the hub does not accept.',
    portal: ['Update the client SDK or its API version.'],
  },
  '400006': {
    meaning: 'The request of the client is badly formed.',
    portal: [
      'Check the client program against the SDK documentation; user name, topic and API version first.',
    ],
  },
  '400024': { meaning: 'A request of the client was not answered in time.', passes: 'yes' },
  '400029': { meaning: 'The hub closed connections during an upgrade of the service.', ...upgrade },
  '400030': { meaning: 'The hub refused new connections during an upgrade of the service.', ...upgrade },
  '401001': {
    meaning: 'The client asks for a hub that does not exist.',
    floor: ['Check the host name of the hub in the device’s settings.'],
    portal: ['Check that the hub {hub} exists and was not renamed, moved or deleted.'],
  },
  '401002': {
    meaning: 'The credentials are not allowed on this hub.',
    floor: ['Check which hub and which shared access policy the device is set to use.'],
    portal: ['Check the shared access policies of the hub, and the role of the identity that connects.'],
  },
  '401003': {
    meaning:
      'The hub did not accept the token, key or certificate; on a disconnect it means that the token expired.',
    passes: 'single',
    portal: [
      'Check in the registry that the device exists and is enabled, and that its authentication type is the one the device uses.',
      'Compare the key or certificate thumbprint with the device; look for an expired or revoked certificate, or a key that was regenerated.',
      'Check that the client renews its SAS token before it expires.',
    ],
  },
  '401004': { meaning: 'The hub’s elastic pool was not found.' },
  '403000': { meaning: 'The hub does not allow this; the code does not say what.', passes: 'no' },
  '403004': {
    meaning: 'The queue of cloud-to-device messages for the device is full.',
    passes: 'no',
    portal: ['Make the device complete its messages, shorten their time to live, or purge the queue.'],
  },
  '403005': {
    meaning: 'One AMQP connection carries too many tokens.',
    floor: ['Note which gateway multiplexes these devices.'],
    portal: ['Reduce the number of devices on one AMQP connection of the gateway.'],
  },
  '403006': {
    meaning: 'The device has more than ten file uploads open.',
    passes: 'no',
    portal: ['Make the device report the end of each upload, and shorten the life of upload addresses.'],
  },
  '403010': {
    meaning: 'The tier of the hub does not offer this operation; the Basic tier has no twins and no methods.',
    portal: ['Change the tier of the hub, or stop using the operation in the client.'],
  },
  '403011': {
    meaning: 'The key that encrypts the hub’s data was revoked.',
    passes: 'no',
    portal: ['Check the customer-managed key of the hub, and the access of the hub to its key vault.'],
  },
  '403012': {
    meaning: 'The device is disabled in the registry.',
    floor: ['Ask who disabled the device, and whether it is meant to stay off.'],
    portal: ['Open the device in the registry: enable it, or take it out of service.'],
  },
  '404001': {
    meaning: 'The device is not in the registry, or it is disabled.',
    portal: ['Look the device up in the registry: register or enable it; check who removed it.'],
  },
  '404010': {
    meaning: 'The module is not known to the hub.',
    floor: ['Ask whether a deployment changed the modules of this device.'],
    portal: ['Check the module identities of the device and the last IoT Edge deployment.'],
  },
  '404012': {
    meaning: 'The hub is failing over to the other region.',
    portal: [
      'Check whether somebody began a failover, and the Resource health of the hub.',
      'Expect all devices to reconnect at once when it ends.',
    ],
  },
  '404102': {
    meaning: 'A direct method was called on a device that is not online or has no handler.',
    portal: ['Check that the device registers its method handler.'],
  },
  '404103': {
    meaning: 'A direct method was called on a device that is not online or has no handler.',
    portal: ['Check that the device registers its method handler.'],
  },
  '409001': {
    meaning: 'A device of this id is registered already.',
    portal: ['Use another device id when provisioning.'],
  },
  '409002': {
    meaning: 'The device opened a second connection while the hub still held the first, which it closed.',
    portal: [
      'Look for the error just before this one: a broken link that reconnects fast leaves this code as a side effect.',
      'If it repeats, compare addresses and client versions of the rows, and give each client an identity of its own.',
      'Make the client keep one connection and close it before it opens the next.',
    ],
  },
  '409003': {
    meaning: 'Two subscriptions of the client are in conflict.',
    passes: 'single',
    floor: ['Restart the client program.'],
    portal: ['Check the client program: one connection, one subscription of each kind.'],
  },
  '412002': {
    meaning: 'The device completed a message later than a minute after it took it.',
    passes: 'yes',
    portal: ['Make the device complete messages within one minute.'],
  },
  '429002': { meaning: 'The hub is throttling, and its backlog is full.' },
  '429003': { meaning: 'The hub is throttling, and its backlog is too slow.' },
  '429005': {
    meaning: 'One device does more than a device may.',
    floor: ['Find out why this device sends so much; slow its program down.'],
  },
  '499000': { meaning: 'The client closed the request.', passes: 'yes' },
  '500001': { meaning: 'The hub had an internal fault.', ...serverFault },
  '500008': {
    meaning: 'The hub could not complete the connection request in time.',
    documentation: connectivityPage,
    ...serverFault,
  },
  '503004': { meaning: 'The hub could not be activated.', passes: 'no' },
  '503005': { meaning: 'The hub is busy.' },
  '503006': { meaning: 'The hub is being restored.' },
  '503008': { meaning: 'Too many receive links were opened in a short time.' },
  '504000': {
    meaning: 'A direct method was not confirmed in time.',
    passes: 'yes',
    floor: [nothingOnSite],
    portal: ['Try again; update C# clients older than 1.19 that use AMQP.'],
  },
  '504101': {
    meaning: 'A direct method was not confirmed in time.',
    passes: 'yes',
    floor: [nothingOnSite],
    portal: ['Try again; update C# clients older than 1.19 that use AMQP.'],
  },
};
