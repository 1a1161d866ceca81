import type { OneTimeWindow, Silence } from '../../src/lib/control/control.ts';
import type { ControlMatch } from '../../src/lib/control/controlMatch.ts';
import type { Cause, Diagnosis } from '../../src/lib/diagnosis/diagnosis.ts';
import { pendingDiagnosis } from '../../src/lib/diagnosis/unexplained.ts';
import { decisionsOf } from '../../src/lib/incident/decisions.ts';
import { diagnosisToTell, recordAfter } from '../../src/lib/incident/diagnosisFit.ts';
import { diagnosisKeyOf } from '../../src/lib/incident/diagnosisSchedule.ts';
import type { Incident, Told } from '../../src/lib/incident/incident.ts';
import { factsOf } from '../../src/lib/incident/ledger.ts';
import { observe, policyOf, siteAt } from '../../src/lib/incident/observe.ts';
import { standingOf } from '../../src/lib/incident/pendingNotice.ts';
import type { Rules } from '../../src/lib/policy/rules.ts';
import { start } from './events.ts';
import { offsetMs } from './offsetMs.ts';
import { SiteInMemory } from './siteView.ts';

/** One notice as it was told. */
export type Heard = {
  readonly atMs: number;
  readonly receiver: string;
  readonly notice: string;
  readonly reason: string;
  /** What the receiver then held for down or flapping. */
  readonly believes: readonly string[];
};

const everything: ControlMatch = { hubs: ['hub-fleet-01'], sites: null, devices: null };

/** A site in memory under controls: it is looked at whenever something happens or is due, and notices arrive at once. */
export class ControlledSite {
  readonly site: SiteInMemory;
  readonly heard: Heard[] = [];
  readonly sentences: string[] = [];
  /** When the logs were to be asked without a notice. */
  readonly asked: string[] = [];
  /** Receivers that answer nothing but failures for now. */
  readonly failing = new Set<string>();
  #nowMs = start;
  #nextAtMs: number | null = null;

  constructor(rules: Rules, devices: readonly string[]) {
    this.site = new SiteInMemory(rules);
    this.site.connected('0s', ...devices);
    this.until('1s');
  }

  lost(at: string, ...devices: readonly string[]): this {
    return this.#step(at, () => this.site.lost(at, ...devices));
  }

  back(at: string, ...devices: readonly string[]): this {
    return this.#step(at, () => this.site.connected(at, ...devices));
  }

  deleted(at: string, device: string): this {
    return this.#step(at, () => this.site.happens('deleted', device, at));
  }

  silence(at: string, forTime: string, match: Partial<ControlMatch> = {}): this {
    const fromMs = start + offsetMs(at);
    const silence: Silence = {
      kind: 'silence',
      id: `sil_${this.#controls.silences.length + 1}`,
      match: matchOf(match),
      fromMs,
      untilMs: fromMs + offsetMs(forTime),
      by: 'Kari',
      reason: null,
      createdAtMs: fromMs,
    };
    return this.#set(at, { silences: [...this.#controls.silences, silence] });
  }

  window(at: string, forTime: string, grace: string, match: Partial<ControlMatch> = {}): this {
    const fromMs = start + offsetMs(at);
    const window: OneTimeWindow = {
      kind: 'maintenance',
      id: `win_${this.#controls.windows.length + 1}`,
      name: 'New switch',
      match: matchOf(match),
      fromMs,
      untilMs: fromMs + offsetMs(forTime),
      returnGraceMs: offsetMs(grace),
      by: 'Kari',
      createdAtMs: fromMs,
    };
    return this.#set(at, { windows: [...this.#controls.windows, window] });
  }

  /** All silences and windows that run. */
  takeBack(at: string): this {
    const atMs = start + offsetMs(at);
    const end = <Control extends Silence | OneTimeWindow>(control: Control): Control =>
      control.takenBack ? control : { ...control, takenBack: { by: 'Kari', atMs } };
    const { silences, windows } = this.#controls;
    return this.#set(at, { silences: silences.map(end), windows: windows.map(end) });
  }

  acknowledge(at: string, forTime: string): this {
    const atMs = start + offsetMs(at);
    return this.#change(at, (incident) => ({
      ...incident,
      acknowledged: {
        by: 'Kari',
        atMs,
        untilMs: atMs + offsetMs(forTime),
        note: null,
        severity: incident.severity,
      },
    }));
  }

  takeBackAcknowledgement(at: string): this {
    const atMs = start + offsetMs(at);
    return this.#change(at, ({ acknowledged, ...incident }) => ({
      ...incident,
      ...(acknowledged && {
        acknowledged: { ...acknowledged, ended: { atMs, why: 'takenBack', by: 'Kari' } },
      }),
    }));
  }

  rules(at: string, change: (rules: Rules) => Rules): this {
    return this.#step(at, () => {
      this.site.config = change(this.site.config);
    });
  }

  /** The logs have answered about what is true now. */
  answers(at: string, cause: Cause, status: Diagnosis['status'] = 'available'): this {
    return this.#step(at, () => {
      const { incidents, diagnoses } = this.site;
      diagnoses.length = 0;
      for (const incident of incidents.values()) {
        const diagnosis: Diagnosis = { ...pendingDiagnosis, status, cause };
        diagnoses.push(recordAfter(null, incident, diagnosis, this.#nowMs));
      }
    });
  }

  /** From now on nothing answers a receiver's notices but failures, or everything does again. */
  fails(at: string, receiver: string, fails: boolean): this {
    return this.#step(at, () => {
      if (fails) this.failing.add(receiver);
      else this.failing.delete(receiver);
    });
  }

  until(at: string): this {
    return this.#step(at, () => {});
  }

  /** A line each: when, to whom, why, and what it then holds for down. By time, and at one moment by name. */
  told(): string[] {
    const inOrder = this.heard.toSorted((a, b) => a.atMs - b.atMs || (a.receiver < b.receiver ? -1 : 1));
    return inOrder.map(({ atMs, receiver, reason, notice, believes }) => {
      const named = believes.length > 0 ? ` ${believes.join(' ')}` : '';
      return `${inTime(atMs - start)} ${receiver}: ${notice} ${reason}${named}`;
    });
  }

  get open(): readonly Incident[] {
    return [...this.site.incidents.values()].filter(({ status }) => status === 'open');
  }

  get #controls() {
    return this.site.config.controls;
  }

  #set(at: string, change: Partial<Rules['controls']>): this {
    return this.rules(at, (rules) => ({ ...rules, controls: { ...rules.controls, ...change } }));
  }

  #change(at: string, change: (incident: Incident) => Incident): this {
    return this.#step(at, () => {
      for (const [id, incident] of this.site.incidents) this.site.incidents.set(id, change(incident));
    });
  }

  #step(at: string, happens: () => void): this {
    const atMs = start + offsetMs(at);
    if (atMs < this.#nowMs) throw new Error(`${at} is over`);
    while (this.#nextAtMs !== null && this.#nextAtMs < atMs) {
      this.#nowMs = Math.max(this.#nextAtMs, this.#nowMs + 1);
      this.#look();
    }
    this.#nowMs = atMs;
    happens();
    this.#look();
    return this;
  }

  /** Until nothing more is said at this moment. */
  #look(): void {
    for (let round = 0; round < 10; round++) {
      const result = this.site.evaluate(this.#nowMs);
      this.sentences.push(
        ...result.changes.flatMap(({ entries }) => entries.map(({ sentence }) => sentence)),
      );
      if (result.asks.length > 0) this.asked.push(inTime(this.#nowMs - start));
      this.#nextAtMs = result.nextAtMs;
      if (!this.#deliver()) return;
    }
    throw new Error('there is no end to what is said at one moment');
  }

  #deliver(): boolean {
    const { config, site, devices, incidents, told, notices, diagnoses } = this.site;
    const at = siteAt(config, site, [...devices.values()], this.#nowMs, 'partial');
    let any = false;
    for (const notice of [...notices.values()]) {
      const { incidentId, receiver } = notice;
      if (this.failing.has(receiver)) continue;
      const incident = observe(incidents.get(incidentId)!, at);
      const record = diagnoses.find((one) => one.incidentId === incidentId) ?? null;
      const entries = [...told.values()].filter((entry) => entry.incidentId === incidentId);
      const { decision } = decisionsOf({
        rules: config,
        hub: 'hub-fleet-01',
        site,
        policy: policyOf(at, incident),
        nowMs: this.#nowMs,
        incident,
        told: entries,
        diagnosis: record,
      }).of(receiver);
      const standing = standingOf(notice, incident, decision, true, this.#nowMs);
      const entry = entries.find((one) => one.receiver === receiver)!;
      notices.delete(notice.noticeId);
      any = true;
      if (standing.kind === 'pointless') {
        told.set(`${incidentId} ${receiver}`, { ...entry, pendingNoticeId: null });
        continue;
      }
      const diagnosis = diagnosisToTell(record, incident);
      const facts = factsOf(incident, diagnosisKeyOf(diagnosis), entry, standing.tells);
      const heard: Told = {
        ...entry,
        status: standing.says === 'final' ? 'closed' : 'told',
        facts,
        firstAttemptAtMs: entry.firstAttemptAtMs ?? this.#nowMs,
        lastNoticeAtMs: this.#nowMs,
        pendingNoticeId: null,
      };
      told.set(`${incidentId} ${receiver}`, heard);
      const believes = standing.says === 'final' ? [] : [...facts.down, ...facts.flapping];
      const { reason, says } = standing;
      this.heard.push({ atMs: this.#nowMs, receiver, notice: says, reason, believes });
    }
    return any;
  }
}

function matchOf(match: Partial<ControlMatch>): ControlMatch {
  return Object.keys(match).length === 0 ? everything : { hubs: null, sites: null, devices: null, ...match };
}

/** `1h2m3s`, without what is zero. */
function inTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts.flatMap(([count, unit]) => (count > 0 ? `${count}${unit}` : [])).join('') || '0s';
}
