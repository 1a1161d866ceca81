import type { Device } from '../../src/lib/device/device.ts';
import type { DevicePolicy } from '../../src/lib/device/devicePolicy.ts';
import { dueAfter } from '../../src/lib/device/dueAfter.ts';
import { holdEndsAt } from '../../src/lib/device/settle.ts';
import { transition } from '../../src/lib/device/transition.ts';
import { type Site, siteById } from '../../src/lib/directory/placeOf.ts';
import type { ConnectionEvent } from '../../src/lib/events/event.ts';
import { evaluate } from '../../src/lib/incident/evaluate.ts';
import type { DiagnosisRecord, Incident, Notice, Told } from '../../src/lib/incident/incident.ts';
import { factsOf } from '../../src/lib/incident/ledger.ts';
import { observe, siteAt } from '../../src/lib/incident/observe.ts';
import { devicePolicy } from '../../src/lib/policy/policyFor.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';

const hubName = 'hub-fleet-01';

/** One site of the model: its devices and its ledger in memory, decided by the product's own pure functions. */
export class ModelSite {
  readonly #rules: Rules;
  readonly #site: Site;
  readonly #policy: DevicePolicy;
  readonly #devices: Device[];
  readonly #incidents = new Map<string, Incident>();
  readonly #told = new Map<string, Told>();
  readonly #notices = new Map<string, Notice>();
  readonly #diagnoses: DiagnosisRecord[] = [];
  #sequence = 1;

  /** All of its devices are connected, since long. */
  constructor(rules: Rules, id: string, devices: number, atMs: number) {
    this.#rules = rules;
    this.#site = siteById(rules, id);
    this.#policy = devicePolicy(rules, this.#site, `${id}-0`);
    this.#devices = Array.from({ length: devices }, (_, index) => {
      const event = eventOf(`${id}-${index}`, true, atMs - 86_400_000, 1);
      return transition(null, event, this.#policy, event.eventTimeMs).device;
    });
  }

  get size(): number {
    return this.#devices.length;
  }

  /** How many of its incidents are open. */
  get open(): number {
    return this.#incidents.size;
  }

  /** An event that was received now; answers when the site is due because of it. */
  happens(index: number, connected: boolean, eventTimeMs: number, nowMs: number): number | null {
    const before = this.#devices[index]!;
    this.#sequence += 1;
    const event = eventOf(before.deviceId, connected, eventTimeMs, this.#sequence);
    const step = transition(before, event, this.#policy, nowMs);
    this.#devices[index] = step.device;
    return dueAfter(before, event, step, holdEndsAt(step.device, this.#policy), nowMs);
  }

  /** What is to be told now, and when it must be looked at again. */
  evaluate(nowMs: number): {
    readonly notices: readonly Notice[];
    readonly nextAtMs: number | null;
    readonly rows: number;
  } {
    const { changes, nextAtMs } = evaluate(this.#rules, this.#view(), nowMs);
    let rows = 0;
    for (const { incident, told, notices, dropped, archived } of changes) {
      rows += 2 + told.length + notices.length + dropped.length;
      this.#incidents.set(incident.incidentId, incident);
      for (const entry of told) this.#told.set(nameOf(entry), entry);
      for (const notice of notices) this.#notices.set(notice.noticeId, notice);
      for (const notice of dropped) this.#notices.delete(notice.noticeId);
      if (archived) {
        this.#incidents.delete(incident.incidentId);
        for (const [name, entry] of this.#told)
          if (entry.incidentId === incident.incidentId) this.#told.delete(name);
      }
    }
    return { notices: changes.flatMap(({ notices }) => notices), nextAtMs, rows };
  }

  /** A notice has arrived; false: it had lost its point before. */
  sent({ noticeId }: Notice, nowMs: number): boolean {
    const notice = this.#notices.get(noticeId);
    if (!notice) return false;
    const entry = this.#told.get(nameOf(notice))!;
    const settled = siteAt(this.#rules, this.#site, this.#devices, nowMs);
    const incident = observe(this.#incidents.get(notice.incidentId)!, settled);
    this.#told.set(nameOf(notice), {
      ...entry,
      status: notice.kind === 'final' ? 'closed' : 'told',
      facts: factsOf(incident, 'unknown', entry),
      firstAttemptAtMs: entry.firstAttemptAtMs ?? nowMs,
      lastNoticeAtMs: nowMs,
      pendingNoticeId: null,
    });
    this.#notices.delete(noticeId);
    return true;
  }

  #view() {
    return {
      hub: hubName,
      site: this.#site,
      devices: this.#devices,
      incidents: [...this.#incidents.values()],
      told: [...this.#told.values()],
      notices: [...this.#notices.values()],
      diagnoses: this.#diagnoses,
    };
  }
}

const nameOf = ({ incidentId, receiver }: { incidentId: string; receiver: string }) =>
  `${incidentId} ${receiver}`;

function eventOf(
  deviceId: string,
  connected: boolean,
  eventTimeMs: number,
  sequence: number,
): ConnectionEvent {
  return {
    kind: connected ? 'connected' : 'disconnected',
    eventId: '',
    deviceId,
    moduleId: null,
    hubName,
    hubResourceId: null,
    eventTimeMs,
    sequenceNumber: sequence.toString(16).toUpperCase().padStart(64, '0'),
  };
}
