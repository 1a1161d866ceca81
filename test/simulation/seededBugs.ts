import type { SeededBug } from './bundle.ts';

/** Mistakes that somebody could make in this code. Each must break a promise in the simulation. */
export const seededBugs: readonly SeededBug[] = [
  {
    name: 'sends before the claim is written',
    file: 'src/lib/app/noticeTask.ts',
    find: 'const saved = await app.fleet.saveFile(key, stored, file);',
    replace: 'const saved = stored;',
  },
  {
    name: 'ignores the tag of a device row',
    file: 'src/lib/store/fleet.ts',
    find: ": { kind: 'replace', key: rowKey, data, etag };\n      });",
    replace: ": { kind: 'put', key: rowKey, data };\n      });",
  },
  {
    name: 'does not guard what was told by its tag',
    file: 'src/lib/store/storedFile.ts',
    find: ": { kind: 'replace', key, data: texts.head, etag: before.etag },",
    replace: ": { kind: 'put', key, data: texts.head },",
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
    name: 'closes an incident without telling its end',
    file: 'src/lib/incident/decide.ts',
    find: "return { kind: 'say', notice: 'final', reason: endOf(incident), atMs: 0 };\n    }\n    if (!routing.reachable",
    replace: "return nothing('closed');\n    }\n    if (!routing.reachable",
  },
  {
    name: 'forgets receivers that the routes no longer name',
    file: 'src/lib/incident/decideForReceivers.ts',
    find: '    ...at.told.map(({ receiver }) => receiver),',
    replace: '',
  },
  {
    name: 'never sends an overdue notice again',
    file: 'src/lib/incident/decideForReceivers.ts',
    find: '...(lookAgainMs <= nowMs ? { overdue: pending } : {})',
    replace: '',
  },
  {
    name: 'sweeps nothing',
    file: 'src/lib/app/sweep.ts',
    find: 'dueAtMs < nowMs - overdueAfterMs',
    replace: 'false',
  },
  {
    name: 'does not say when some are back',
    file: 'src/lib/incident/decide.ts',
    find: "return state === 'back' && toldDown ? 'partlyRecovered' : null;",
    replace: 'return null;',
  },
  {
    name: 'starts the hold at the receipt of a blip',
    file: 'src/lib/device/settle.ts',
    find: 'return Math.max(device.sinceMs + holdMs, graceEndsMs);',
    replace: 'return Math.max(device.sinceMs + holdMs / 3, graceEndsMs);',
  },
  {
    name: 'waits for the logs for as long as they take',
    file: 'src/lib/app/askLogs.ts',
    find: 'return await Promise.race([answer, late]);',
    replace: 'return await answer;',
  },
  {
    name: 'works on a notice that another delivery has in hand',
    file: 'src/lib/app/noticeTask.ts',
    find: "if (notice.leasedUntilMs > nowMs) return when === 'waiting' ? 'again' : null;",
    replace: '',
  },
  {
    name: 'forgets what a channel must know again',
    file: 'src/lib/incident/afterAttempt.ts',
    find: 'const handle = after === undefined ? before : after;',
    replace: 'const handle = after === undefined ? null : after;',
  },
  {
    name: 'takes only the newest event of a device in a post',
    file: 'src/lib/app/receiveEvents.ts',
    find: 'const steps = own.map((event) => {',
    replace: 'const steps = own.slice(-1).map((event) => {',
  },
  {
    name: 'reads each device once more before it writes it',
    file: 'src/lib/app/receiveEvents.ts',
    find: 'const known = await readDevices(app, key, events);',
    replace: 'await app.fleet.devices(key, events); const known = await readDevices(app, key, events);',
  },
  {
    name: 'tells growth at twice the interval',
    file: 'src/lib/incident/decide.ts',
    find: "return { kind: 'say', notice: 'update', reason: news, atMs: lastMs + policy.groupIntervalMs };",
    replace:
      "return { kind: 'say', notice: 'update', reason: news, atMs: lastMs + 2 * policy.groupIntervalMs };",
  },
  {
    name: 'tells of more devices with the cause that was found for fewer',
    file: 'src/lib/incident/diagnosisFit.ts',
    find: 'const news = Math.max(count - about.members, fellSince, flapping - about.flapping);',
    replace: 'const news = Math.max(fellSince, flapping - about.flapping);',
  },
  {
    name: 'tells of another loss with the cause of an earlier one',
    file: 'src/lib/incident/diagnosisFit.ts',
    find: 'const news = Math.max(count - about.members, fellSince, flapping - about.flapping);',
    replace: 'const news = Math.max(count - about.members, flapping - about.flapping);',
  },
  {
    name: 'asks the logs without waiting for a turn',
    file: 'src/lib/app/askLogs.ts',
    find: 'if (queries > 0 && turn === null) return null;',
    replace: '',
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
    find: "return devicesDown / knownDevices >= policy.siteDown ? 'critical' : 'warning';",
    replace: "return devicesDown / knownDevices > 1 ? 'critical' : 'warning';",
  },
  {
    name: 'decides by older rules than the last decision',
    file: 'src/lib/app/app.ts',
    find: 'if (!isOutdated(guard, app.rules.version)) return app;',
    replace: 'return app;',
  },
  {
    name: 'throws away what the other site knows of a device',
    file: 'src/lib/app/moveDevice.ts',
    find: 'const merged = there === null ? device : newest(there.record, device);',
    replace: 'const merged = there === null ? device : there.record;',
  },
  {
    name: 'writes a decision over a guard that somebody has rewritten',
    file: 'src/lib/store/fleet.ts',
    find: ": { kind: 'replace', key, data, etag: before.etag };\n}",
    replace: ": { kind: 'put', key, data };\n}",
  },
  {
    name: 'keeps an incident on the list after its end',
    file: 'src/lib/store/siteList.ts',
    find: 'const gone = before.slice(chunks.length)',
    replace: 'const gone = before.slice(before.length)',
  },
];
