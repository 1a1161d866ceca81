import type { SeededBug } from './bundle.ts';

/** Mistakes that somebody could make in this code. Each must break a promise in the simulation. */
export const seededBugs: readonly SeededBug[] = [
  {
    name: 'drops the wake-up after the devices are written',
    file: 'src/lib/app/receiveEvents.ts',
    find: 'if (outcome.wakeAtMs !== null) await app.wakeUps.forEvent(partition, outcome.wakeAtMs, nowMs);',
    replace: '',
  },
  {
    name: 'sends before the claim is written',
    file: 'src/lib/app/deliverNotice.ts',
    find: "if ((await app.fleet.saveNotice(loaded, claimed, told, joined)) === 'superseded') return false;",
    replace: '',
  },
  {
    name: 'forgets that an attempt without an answer may have been read',
    file: 'src/lib/app/recordOutcome.ts',
    find: 'possiblyDelivered: unknown ? notice.possiblyDelivered : before.possiblyDelivered,',
    replace: 'possiblyDelivered: null,',
  },
  {
    name: 'ignores the tag of a device row',
    file: 'src/lib/store/fleet.ts',
    find: "return etag === null ? { kind: 'create', key, data } : { kind: 'replace', key, data, etag };",
    replace: "return { kind: 'put', key, data };",
  },
  {
    name: 'does not guard what was told by its tag',
    file: 'src/lib/store/fleet.ts',
    find: "writes.push({ kind: 'replace', key: toldKey, data: JSON.stringify(told), etag: tag(toldKey) });",
    replace: '',
  },
  {
    name: 'compares sequence numbers as numbers',
    file: 'src/lib/device/transition.ts',
    find: 'if (event.sequenceNumber < device.mark) {',
    replace: 'if (Number(event.sequenceNumber) < Number(device.mark)) {',
  },
  {
    name: 'takes an older event for the present',
    file: 'src/lib/device/transition.ts',
    find: 'if (event.sequenceNumber < device.mark) {',
    replace: 'if (false) {',
  },
  {
    name: 'does not wake the site again for a duplicate',
    file: 'src/lib/app/receiveEvents.ts',
    find: "const again = step.reason === 'duplicate';",
    replace: 'const again = false;',
  },
  {
    name: 'does not look once more whether a notice is still true',
    file: 'src/lib/app/deliverNotice.ts',
    find: "return { kind: 'pointless', because: 'every device was back before it could be told' };",
    replace: 'return yes(notice.reason);',
  },
  {
    name: 'closes an incident without telling its end',
    file: 'src/lib/incident/decide.ts',
    find: "return { kind: 'say', notice: 'final', reason: endOf(incident), atMs: 0 };\n    }\n    if (!routing.reachable",
    replace: "return nothing('closed');\n    }\n    if (!routing.reachable",
  },
  {
    name: 'forgets receivers that the routes no longer name',
    file: 'src/lib/incident/evaluate.ts',
    find: '...ledger.map((entry) => entry.receiver),',
    replace: '',
  },
  {
    name: 'never sends an overdue notice again',
    file: 'src/lib/incident/evaluate.ts',
    find: 'if (lookAgainMs <= nowMs) overdue.push(pending);',
    replace: '',
  },
  {
    name: 'sweeps nothing',
    file: 'src/lib/app/sweep.ts',
    find: 'changed || site.dueAtMs < nowMs - overdueAfterMs ||',
    replace: 'changed ||',
  },
  {
    name: 'does not say when some are back',
    file: 'src/lib/incident/decide.ts',
    find: "if (any((key, m) => m.state === 'back' && toldDown.has(key))) return 'partlyRecovered';",
    replace: '',
  },
  {
    name: 'starts the hold at the receipt of a blip',
    file: 'src/lib/device/settle.ts',
    find: 'return Math.max(device.sinceMs + holdMs, graceEndsMs);',
    replace: 'return Math.max(device.sinceMs + holdMs / 3, graceEndsMs);',
  },
  {
    name: 'sends a second notice while one is on its way',
    file: 'src/lib/incident/evaluate.ts',
    find: 'if (pointless === null || inWork) {',
    replace: 'if (false) {',
  },
  {
    name: 'moves devices to a site that is not on the list of active ones',
    file: 'src/lib/app/evaluateSite.ts',
    find: 'for (const partition of homes.keys()) await app.active.touch(partition, nowMs, nowMs);',
    replace: '',
  },
  {
    name: 'waits for the logs for as long as they take',
    file: 'src/lib/app/diagnoseIncident.ts',
    find: 'return await Promise.race([answer, late]);',
    replace: 'return await answer;',
  },
  {
    name: 'calls a receiver before the end of the quiet that it asked for',
    file: 'src/lib/app/recordOutcome.ts',
    find: 'retryDelayMs(receiver.delivery, notice.attempts, result.retryAfterMs, app.random())',
    replace: 'retryDelayMs(receiver.delivery, notice.attempts, null, app.random())',
  },
  {
    name: 'works on a notice that another delivery has in hand',
    file: 'src/lib/app/deliverNotice.ts',
    find: 'if (!notice || notice.leasedUntilMs > nowMs || notice.dueAtMs',
    replace: 'if (!notice || notice.dueAtMs',
  },
  {
    name: 'takes only the newest event of a device in a post',
    file: 'src/lib/app/receiveEvents.ts',
    find: 'const groups = [...perDevice.values()];',
    replace: 'const groups = [...perDevice.values()].map((all) => all.slice(-1));',
  },
  {
    name: 'reads each device once more before it writes it',
    file: 'src/lib/app/receiveEvents.ts',
    find: 'const known = await read(app, batch, partition);',
    replace:
      'await read(app, batch, partition); for (const key of keys) app.devices.drop(partition, key); const known = await read(app, batch, partition);',
  },
  {
    name: 'tells growth at twice the interval',
    file: 'src/lib/incident/decide.ts',
    find: "return { kind: 'say', notice: 'update', reason: news, atMs: lastMs + policy.groupIntervalMs };",
    replace:
      "return { kind: 'say', notice: 'update', reason: news, atMs: lastMs + 2 * policy.groupIntervalMs };",
  },
  {
    name: 'tells a known cause again and again',
    file: 'src/lib/incident/decide.ts',
    find: 'if (diagnosisKey !== null && diagnosisKey !== facts.diagnosisKey) {',
    replace: 'if (diagnosisKey !== null) {',
  },
  {
    name: 'never calms down',
    file: 'src/lib/device/flapping.ts',
    find: 'return share > policy.stopAt && before;',
    replace: 'return before;',
  },
  {
    name: 'leaves a calmed site to the sweep, and the sweep without its moment',
    file: 'src/lib/app/evaluateSite.ts',
    find: 'const atMs = result.nextAtMs ?? nowMs + checkUpMs;',
    replace: 'const atMs = nowMs + checkUpMs;',
  },
  {
    name: 'pages nobody when a plant turns critical',
    file: 'src/lib/incident/observe.ts',
    find: "return down / knownDevices >= policy.siteDown ? 'critical' : 'warning';",
    replace: "return down / knownDevices > 1 ? 'critical' : 'warning';",
  },
];
