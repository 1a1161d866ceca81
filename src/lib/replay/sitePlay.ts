import { type Device, deviceKey } from '../device/device.ts';
import { dueAfter } from '../device/dueAfter.ts';
import { holdEndsAt, settle } from '../device/settle.ts';
import { transition } from '../device/transition.ts';
import type { SiteKey } from '../directory/placeKey.ts';
import { ownSite, type Site, siteById } from '../directory/placeOf.ts';
import { isInEffect } from '../incident/acknowledgement.ts';
import { evaluate, type SiteEvaluation } from '../incident/evaluate.ts';
import type { Notice } from '../incident/incident.ts';
import { fileAfter, type IncidentFile } from '../incident/incidentFile.ts';
import { earlier, isAffected } from '../incident/observe.ts';
import type { SiteView } from '../incident/siteView.ts';
import { devicePolicy } from '../policy/policyFor.ts';
import type { Rules } from '../policy/rules.ts';
import { Moments } from './moments.ts';
import { isOf } from './subjects.ts';
import {
  type Circumstances,
  countSeen,
  type DeviceTape,
  eventOf,
  type RulesFrom,
  type Seen,
  seenApart,
  seenName,
} from './tape.ts';
import { tryNotice } from './tryNotice.ts';

/** After news have arrived the site is looked at so soon again, as it is after a delivery. */
const afterNewsMs = 500;

/** What a tape has come to at a moment. */
export type SiteState = {
  readonly nowMs: number;
  readonly rules: Rules;
  readonly site: Site;
  readonly view: SiteView;
  /** Of incidents that are open, or of which somebody is still to be told. */
  readonly files: readonly IncidentFile[];
  /** Of incidents that are over for everybody, in the order of their ends. */
  readonly past: readonly IncidentFile[];
  /** By which notice a receiver came to know of the trouble of a device (`deviceKey`); null: by none. */
  readonly toldBy: (incidentId: string, receiver: string, key: string) => ToldBy | null;
};

export type ToldBy = { readonly noticeId: string; readonly atMs: number };

type Step = { readonly tape: DeviceTape; readonly index: number };

/** The devices of the site by `deviceKey`. */
type Devices = ReadonlyMap<string, Device>;

/** A device as it was before an event that came at that moment; null: it had not been seen. */
type Undo = { readonly atMs: number; readonly key: string; readonly before: Device | null };

/** Rows are read while a look goes on: of the events so shortly before or after it, it has seen some and not others. */
const blurMs = 5_000;
/** So many of the moments within that are tried, on either side. */
const mostBlurs = 10;
/** So many devices are looked at in a play to try them: a second or two. */
const mostTried = 200_000;

/**
 * Plays what was recorded of one site through the decisions, from event to event and from due moment to due moment:
 * nothing happens between them. Evaluating early or twice changes nothing, so a look is left out where nothing is open
 * and nobody counts as down.
 */
export class SitePlay {
  readonly #key: SiteKey;
  readonly #rules: readonly RulesFrom[];
  readonly #circumstances: Circumstances;
  readonly #devices = new Map<string, Device>();
  readonly #steps: readonly Step[];
  readonly #files = new Map<string, IncidentFile>();
  readonly #past: IncidentFile[] = [];
  readonly #toldBy = new Map<string, ToldBy>();
  /** Devices at the ends of their holds. */
  readonly #holds = new Moments<string>();
  readonly #trials = new Moments<string>();
  /** What people did, and when rules came into force. */
  readonly #changes = new Moments<() => void>();
  /** How to take back the events of the last `blurMs`. */
  #recent: Undo[] = [];
  #tried = 0;
  #next = 0;
  #lookAtMs: number | null = null;
  #nowMs: number;
  #hub: string;
  #current: Rules;
  #site: Site;

  constructor(
    key: SiteKey,
    tapes: readonly DeviceTape[],
    rules: readonly RulesFrom[],
    circumstances: Circumstances,
    fromMs: number,
  ) {
    this.#key = key;
    this.#rules = rules;
    this.#circumstances = circumstances;
    this.#nowMs = fromMs;
    this.#hub = tapes.at(-1)?.hubName ?? key.hub;
    this.#current = rules.findLast((one) => one.fromMs <= fromMs)?.rules ?? rules[0]!.rules;
    this.#site = this.#siteBy(this.#current);
    for (const tape of tapes) if (tape.before) this.#devices.set(deviceKey(tape), tape.before);
    this.#steps = tapes
      .flatMap((tape) => tape.events.map((_, index) => ({ tape, index })))
      .sort((a, b) => receiptOf(a) - receiptOf(b) || a.index - b.index);
    for (const one of this.#rules)
      if (one.fromMs > fromMs) this.#changes.add(one.fromMs, () => this.#use(one.rules));
    for (const { subject, acknowledged } of circumstances.acknowledgements) {
      const { ended, ...begun } = acknowledged;
      this.#changes.add(begun.atMs, () => this.#acknowledge(subject, begun));
      if (ended?.why === 'takenBack')
        this.#changes.add(ended.atMs, () => this.#acknowledge(subject, acknowledged));
    }
    for (const atMs of circumstances.looks?.keys() ?? [])
      if (atMs >= fromMs) this.#changes.add(atMs, () => this.#lookSoon(atMs));
    // Whoever is away already is seen at once.
    if (circumstances.looks === null) this.#lookAtMs = fromMs;
  }

  get state(): SiteState {
    const files = [...this.#files.values()];
    return {
      nowMs: this.#nowMs,
      rules: this.#current,
      site: this.#site,
      view: this.#view(files),
      files,
      past: this.#past,
      toldBy: (...names) => this.#toldBy.get(toldName(...names)) ?? null,
    };
  }

  /** Plays on to a moment, and what happens in it. Milliseconds. */
  runTo(untilMs: number): SiteState {
    for (;;) {
      const next = this.#steps[this.#next];
      const atMs = [
        next ? receiptOf(next) : null,
        this.#changes.nextMs,
        this.#holds.nextMs,
        this.#trials.nextMs,
        this.#lookAtMs,
      ].reduce(earlier);
      if (atMs === null || atMs > untilMs) break;
      this.#nowMs = Math.max(this.#nowMs, atMs);
      this.#happen();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
    return this.state;
  }

  #happen(): void {
    const nowMs = this.#nowMs;
    for (const change of this.#changes.takeUntil(nowMs)) change();
    for (
      let step = this.#steps[this.#next];
      step && receiptOf(step) <= nowMs;
      step = this.#steps[this.#next]
    ) {
      this.#apply(step);
      this.#next += 1;
    }
    for (const noticeId of this.#trials.takeUntil(nowMs)) this.#deliver(noticeId);
    const ended = this.#holds.takeUntil(nowMs);
    const isDue = this.#lookAtMs !== null && this.#lookAtMs <= nowMs;
    if (isDue || (ended.length > 0 && (this.#files.size > 0 || ended.some((key) => this.#counts(key)))))
      this.#look();
  }

  #apply(next: Step): void {
    const { key, before, event, policy, step } = this.#after(next, this.#devices);
    this.#devices.set(key, step.device);
    if (!this.#looksWhenDue) this.#remember({ atMs: this.#nowMs, key, before });
    const dueAtMs = dueAfter(before, event, step, holdEndsAt(step.device, policy), this.#nowMs);
    if (dueAtMs !== null && this.#looksWhenDue) this.#holds.add(Math.max(dueAtMs, this.#nowMs), key);
  }

  /** Whether a device alone would be reason to look. */
  #counts(key: string): boolean {
    const device = this.#devices.get(key);
    if (!device) return false;
    const policy = devicePolicy(this.#current, this.#site, device.deviceId);
    return isAffected(settle(device, this.#nowMs, policy).device);
  }

  #look(): void {
    const nowMs = this.#nowMs;
    const result = this.#looked();
    for (const change of result.changes) {
      const { incidentId } = change.incident;
      const file = fileAfter(this.#files.get(incidentId) ?? null, change);
      if (change.archived) {
        this.#files.delete(incidentId);
        this.#past.push(file);
      } else this.#files.set(incidentId, file);
      for (const { noticeId } of change.notices) this.#plan(incidentId, noticeId);
    }
    const nextAtMs = result.idle || !this.#looksWhenDue ? null : result.nextAtMs;
    this.#lookAtMs = nextAtMs === null ? null : Math.max(nextAtMs, nowMs + 1);
  }

  /** What a look comes to; where it is on record what it came to, by the devices as it must have seen them. */
  #looked(): SiteEvaluation {
    const files = [...this.#files.values()];
    const by = (devices: Devices) => evaluate(this.#current, this.#view(files, devices), this.#nowMs);
    const usual = by(this.#devices);
    const wanted = this.#circumstances.looks?.get(this.#nowMs);
    if (wanted === undefined || wanted.size === 0) return usual;
    let nearest = { result: usual, apart: seenApart(wanted, seenBy(usual)) };
    if (nearest.apart === 0) return usual;
    for (const devices of this.#blurred()) {
      this.#tried += devices.size;
      if (this.#tried > mostTried) break;
      const result = by(devices);
      const apart = seenApart(wanted, seenBy(result));
      if (apart < nearest.apart) nearest = { result, apart };
      if (apart === 0) break;
    }
    return nearest.result;
  }

  /** The devices without the newest events, one moment after the other, and with those that come next. */
  *#blurred(): Generator<Devices> {
    const nowMs = this.#nowMs;
    const earlier = new Map<string, Device>(this.#devices);
    const recent = this.#recent.filter(({ atMs }) => atMs >= nowMs - blurMs);
    const undos = Map.groupBy(recent.toReversed(), ({ atMs }) => atMs);
    for (const undo of [...undos.values()].slice(0, mostBlurs)) {
      for (const { key, before } of undo) {
        if (before === null) earlier.delete(key);
        else earlier.set(key, before);
      }
      yield earlier;
    }
    const later = new Map<string, Device>(this.#devices);
    const moments = new Set<number>();
    for (let next = this.#next; next < this.#steps.length; next++) {
      const step = this.#steps[next]!;
      const atMs = receiptOf(step);
      if (atMs > nowMs + blurMs) break;
      if (!moments.has(atMs) && moments.size > 0) yield later;
      moments.add(atMs);
      if (moments.size > mostBlurs) return;
      const { key, step: applied } = this.#after(step, later);
      later.set(key, applied.device);
    }
    if (moments.size > 0) yield later;
  }

  #remember(undo: Undo): void {
    const [oldest] = this.#recent;
    if (oldest && oldest.atMs < undo.atMs - 2 * blurMs)
      this.#recent = this.#recent.filter(({ atMs }) => atMs >= undo.atMs - blurMs);
    this.#recent.push(undo);
  }

  /** What an event makes of its device. */
  #after({ tape, index }: Step, devices: Devices) {
    const key = deviceKey(tape);
    const before = devices.get(key) ?? null;
    const policy = devicePolicy(this.#current, this.#site, tape.deviceId);
    const event = eventOf(tape, tape.events[index]!);
    return { key, before, event, policy, step: transition(before, event, policy, this.#nowMs) };
  }

  #plan(incidentId: string, noticeId: string): void {
    const file = this.#files.get(incidentId);
    const notice = file?.notices.find((one) => one.noticeId === noticeId);
    if (!file || notice?.state !== 'pending') return;
    const trial = this.#circumstances.trialOf(notice, file.incident, this.#nowMs);
    if (trial !== null) this.#trials.add(Math.max(trial.atMs, this.#nowMs), noticeId);
  }

  #deliver(noticeId: string): void {
    for (const [incidentId, file] of this.#files) {
      const notice = file.notices.find((one) => one.noticeId === noticeId);
      if (notice?.state !== 'pending') continue;
      const trial = this.#circumstances.trialOf(notice, file.incident, this.#nowMs);
      const { rules, site, view } = this.#deciding(file);
      const after = tryNotice(
        { rules, site, view, file, notice, nowMs: this.#nowMs },
        trial ?? { atMs: this.#nowMs, result: { kind: 'sent' }, wasTried: false },
      );
      this.#files.set(incidentId, after);
      this.#noteTold(file, after, notice);
      this.#plan(incidentId, noticeId);
      if (this.#looksWhenDue) this.#lookSoon(this.#nowMs + afterNewsMs);
      return;
    }
  }

  #noteTold(before: IncidentFile, after: IncidentFile, { incidentId, noticeId, receiver }: Notice): void {
    if (after.notices.find((one) => one.noticeId === noticeId)?.state !== 'sent') return;
    const knew = new Set(troubleToldTo(before, receiver));
    for (const key of troubleToldTo(after, receiver)) {
      if (knew.has(key)) continue;
      this.#toldBy.set(toldName(incidentId, receiver, key), { noticeId, atMs: this.#nowMs });
    }
  }

  #deciding(file: IncidentFile) {
    const members = [...file.incident.members.keys()].flatMap((key) => this.#devices.get(key) ?? []);
    const view = { ...this.#view([file]), devices: members };
    return { rules: this.#current, site: this.#site, view };
  }

  #view(files: readonly IncidentFile[], devices: Devices = this.#devices): SiteView {
    return {
      hub: this.#hub,
      site: this.#site,
      devices: [...devices.values()],
      incidents: files.map(({ incident }) => incident),
      told: files.flatMap(({ told }) => told),
      notices: files.flatMap(({ notices }) => notices.filter(({ state }) => state === 'pending')),
      diagnoses: files.flatMap(
        ({ incident }) => this.#circumstances.diagnosisOf(incident, this.#nowMs) ?? [],
      ),
    };
  }

  #acknowledge(
    subject: IncidentFile['incident']['subject'],
    acknowledged: IncidentFile['incident']['acknowledged'] & {},
  ): void {
    for (const [incidentId, file] of this.#files) {
      const { incident } = file;
      if (incident.status !== 'open' || !isOf(incident, subject)) continue;
      const known = incident.acknowledged;
      // One that has ended by itself is not taken back any more.
      if (acknowledged.ended && !isInEffect(known, this.#nowMs)) continue;
      this.#files.set(incidentId, { ...file, incident: { ...incident, acknowledged } });
    }
    if (this.#looksWhenDue) this.#lookSoon(this.#nowMs);
  }

  get #looksWhenDue(): boolean {
    return this.#circumstances.looks === null;
  }

  #lookSoon(atMs: number): void {
    this.#lookAtMs = earlier(this.#lookAtMs, atMs);
  }

  #use(rules: Rules): void {
    this.#current = rules;
    this.#site = this.#siteBy(rules);
    if (this.#looksWhenDue) this.#lookSoon(this.#nowMs);
  }

  #siteBy(rules: Rules): Site {
    return this.#key.kind === 'site' ? siteById(rules, this.#key.id) : ownSite(this.#key.id);
  }
}

/** What a look leaves in the stories. */
function seenBy({ changes }: SiteEvaluation): Seen {
  return countSeen(
    changes.flatMap(({ incident, entries }) => entries.map((entry) => seenName(incident.subject, entry))),
  );
}

function receiptOf({ tape, index }: Step): number {
  return tape.events[index]!.receivedAtMs;
}

function troubleToldTo({ told }: IncidentFile, receiver: string): readonly string[] {
  const facts = told.find((one) => one.receiver === receiver)?.facts;
  return facts ? [...facts.down, ...facts.flapping] : [];
}

function toldName(incidentId: string, receiver: string, key: string): string {
  return [incidentId, receiver, key].join('\n');
}
