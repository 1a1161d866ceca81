import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { DeviceFact } from '../notify/message.ts';

export function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** One device of an incident as the API shows it. */
export function deviceView({ lostContact, backAtMs, deleted, ...device }: DeviceFact) {
  return {
    deviceId: device.deviceId,
    moduleId: device.moduleId,
    phase: device.phase,
    flapping: device.flapping,
    lostContact: lostContact && {
      notBefore: iso(lostContact.notBeforeMs),
      notAfter: iso(lostContact.notAfterMs),
    },
    backAt: backAtMs === null ? null : iso(backAtMs),
    ...(deleted ? { deleted } : {}),
    ...(device.silenced ? { silenced: true } : {}),
  };
}

/** What is known of the cause. Instants of single devices are those of `lostContact`. */
export function diagnosisView({ lostAtMs: _lostAtMs, ...diagnosis }: Diagnosis) {
  return diagnosis;
}
