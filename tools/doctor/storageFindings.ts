import type { Facts, Probe, QueueFacts, Trouble } from './facts.ts';
import { type Finding, ok, unchecked, wrong } from './finding.ts';

/** Signatures and tokens stand some minutes; a hold is as wrong as the clock. */
const skewMs = 30_000;

/** The sweep runs each minute. */
const sweptWithinMs = 3 * 60_000;

const roles = {
  table: 'Storage Table Data Contributor',
  queue: 'Storage Queue Data Contributor',
  blob: 'Storage Blob Data Reader',
} as const;

export function storageFindings({ storage, nowMs }: Facts): Finding[] {
  if (storage === null) return [unchecked('storage', 'no storage is named', 'see settings')];
  const { table, queue, blob, queues, clock, sweptAtMs } = storage;
  return [
    probeFinding('table', table, 'a row was written, read and deleted'),
    probeFinding('queue', queue, 'a message was written, read and deleted'),
    ...(blob === null
      ? []
      : [
          blob.trouble === null
            ? ok('blob', 'the configuration can be read')
            : troubleFinding('blob', 'reading the configuration', blob.trouble),
        ]),
    ...('status' in queues ? [] : queues.flatMap(queueFindings)),
    clockFinding(clock),
    table === null
      ? sweptFinding(sweptAtMs, nowMs)
      : unchecked('sweep', 'it is noted in the table', 'see table'),
  ];
}

function probeFinding(part: 'table' | 'queue', probe: Probe, says: string): Finding {
  if (probe === null) return ok(part, says);
  const what = part === 'table' ? 'a row' : 'a message';
  const doing = { write: `writing ${what}`, read: `reading ${what}`, delete: `deleting ${what}` }[probe.did];
  return troubleFinding(part, doing, probe.trouble);
}

function troubleFinding(
  part: 'table' | 'queue' | 'blob',
  doing: string,
  { status, says, signedOut }: Trouble,
): Finding {
  if (signedOut) return wrong(part, `${doing}: nobody is signed in to Azure (${says})`, 'run az login');
  if (status === 403)
    return wrong(
      part,
      `${doing} is refused (${says})`,
      `give the identity the role ${roles[part]} on the storage account; a new role takes minutes`,
    );
  if (status === 401)
    return wrong(part, `${doing}: the key is not accepted (${says})`, 'correct AzureWebJobsStorage');
  if (status === null)
    return wrong(part, `${doing}: no answer (${says})`, 'check the address of the storage, and the network');
  return wrong(part, `${doing} fails (${says})`, 'check the storage account in the portal');
}

function queueFindings({ name, waiting, setAside }: QueueFacts): Finding[] {
  return [
    setAside > 0
      ? wrong(
          'queues',
          `${name}: ${setAside} ${setAside === 1 ? 'message was' : 'messages were'} set aside`,
          'npm run poison -- list shows why; then retry or drop',
        )
      : ok(
          'queues',
          waiting === null
            ? `${name}: none yet, the app makes it`
            : `${name}: ${waiting} waiting, none set aside`,
        ),
  ];
}

function clockFinding(clock: NonNullable<Facts['storage']>['clock']): Finding {
  if (clock === null) return unchecked('clock', "there is no answer with storage's time", 'see queue');
  const { storageAtMs, fromMs, untilMs } = clock;
  // The service tells whole seconds.
  const aheadMs = fromMs - (storageAtMs + 1_000);
  const behindMs = storageAtMs - untilMs;
  const offMs = Math.max(aheadMs, behindMs, 0);
  if (offMs <= skewMs) return ok('clock', "it agrees with storage's");
  const seconds = Math.round(offMs / 1_000);
  return wrong(
    'clock',
    `it is ${seconds} s ${aheadMs > behindMs ? 'ahead of' : 'behind'} storage's`,
    'set the clock of this machine; with another clock, signatures and holds are wrong',
  );
}

function sweptFinding(sweptAtMs: number | null, nowMs: number): Finding {
  if (sweptAtMs === null)
    return wrong(
      'sweep',
      'it has never run on this storage',
      'start or publish the app; docs/operations.md#sweep-silent',
    );
  const minutes = Math.floor((nowMs - sweptAtMs) / 60_000);
  return nowMs - sweptAtMs <= sweptWithinMs
    ? ok('sweep', 'it ran within the last three minutes')
    : wrong('sweep', `it has not run for ${minutes} minutes`, 'docs/operations.md#sweep-silent');
}
