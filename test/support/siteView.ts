import { type Device, deviceKey } from '../../src/lib/device/device.ts';
import { transition } from '../../src/lib/device/transition.ts';
import { type Site, siteById } from '../../src/lib/directory/placeOf.ts';
import type { DeviceEvent } from '../../src/lib/events/event.ts';
import { type Evaluation, evaluate, type SiteEvaluation } from '../../src/lib/incident/evaluate.ts';
import type { DiagnosisRecord, Incident, Notice, Told } from '../../src/lib/incident/incident.ts';
import { factsOf } from '../../src/lib/incident/ledger.ts';
import { observe, siteAt } from '../../src/lib/incident/observe.ts';
import type { SiteView } from '../../src/lib/incident/siteView.ts';
import { devicePolicy } from '../../src/lib/policy/policyFor.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { sequenceNumber, start } from './events.ts';
import { offsetMs } from './offsetMs.ts';

/** A site in memory: devices change, evaluations are kept, notices are answered; time is what the test says. */
export class SiteInMemory {
  config: Rules;
  readonly site: Site;
  readonly devices = new Map<string, Device>();
  readonly incidents = new Map<string, Incident>();
  readonly told = new Map<string, Told>();
  readonly notices = new Map<string, Notice>();
  readonly diagnoses: DiagnosisRecord[] = [];
  #sequence = 0;

  constructor(config: Rules, site = siteById(config, 'oslo')) {
    this.config = config;
    this.site = site;
  }

  get view(): SiteView {
    return {
      hub: 'hub-fleet-01',
      site: this.site,
      devices: [...this.devices.values()],
      incidents: [...this.incidents.values()],
      told: [...this.told.values()],
      notices: [...this.notices.values()],
      diagnoses: this.diagnoses,
    };
  }

  happens(kind: DeviceEvent['kind'], deviceId: string, at: string): void {
    const atMs = start + offsetMs(at);
    const base = {
      eventId: '',
      deviceId,
      moduleId: null,
      hubName: 'hub-fleet-01',
      hubResourceId: null,
      eventTimeMs: atMs,
    };
    this.#sequence += 1;
    const event: DeviceEvent =
      kind === 'connected' || kind === 'disconnected'
        ? { ...base, kind, sequenceNumber: sequenceNumber(this.#sequence) }
        : { ...base, kind };
    const policy = devicePolicy(this.config, this.site, deviceId);
    const step = transition(this.devices.get(deviceId) ?? null, event, policy, atMs);
    this.devices.set(deviceKey(step.device), step.device);
  }

  connected(at: string, ...deviceIds: readonly string[]): void {
    for (const deviceId of deviceIds) this.happens('connected', deviceId, at);
  }

  lost(at: string, ...deviceIds: readonly string[]): void {
    for (const deviceId of deviceIds) this.happens('disconnected', deviceId, at);
  }

  /** Evaluates and keeps what was decided. @param at an offset from start, or milliseconds since 1970 */
  evaluate(at: string | number): SiteEvaluation {
    const result = evaluate(this.config, this.view, typeof at === 'number' ? at : start + offsetMs(at));
    for (const { incident, told, notices, dropped, archived } of result.changes) {
      this.incidents.set(incident.incidentId, incident);
      for (const entry of told) this.told.set(`${entry.incidentId} ${entry.receiver}`, entry);
      for (const notice of notices) this.notices.set(notice.noticeId, notice);
      for (const notice of dropped) this.notices.delete(notice.noticeId);
      if (archived) this.incidents.delete(incident.incidentId);
    }
    return result;
  }

  /** Every pending notice arrives, or fails for good. */
  answer(at: string, answer: 'sent' | 'failed' = 'sent'): void {
    const nowMs = start + offsetMs(at);
    const settled = siteAt(this.config, this.site, [...this.devices.values()], nowMs);
    for (const notice of this.notices.values()) {
      const name = `${notice.incidentId} ${notice.receiver}`;
      const entry = this.told.get(name)!;
      const incident = observe(this.incidents.get(notice.incidentId)!, settled);
      const sent = notice.kind === 'final' ? 'closed' : 'told';
      this.told.set(name, {
        ...entry,
        status: answer === 'sent' ? sent : entry.status,
        facts: factsOf(incident, 'unknown', entry),
        firstAttemptAtMs: entry.firstAttemptAtMs ?? nowMs,
        lastNoticeAtMs: nowMs,
        pendingNoticeId: null,
        failingSinceMs: null,
        failedForGood: answer === 'failed',
      });
      this.notices.delete(notice.noticeId);
    }
  }
}

/** Notices of an evaluation, a line each: receiver, kind, reason. */
export function decided(result: Evaluation): string[] {
  return result.changes.flatMap(({ notices }) =>
    notices.map(({ receiver, kind, reason }) => `${receiver}: ${kind} ${reason}`),
  );
}
