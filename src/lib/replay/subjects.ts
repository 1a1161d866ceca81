import type { Incident, Subject } from '../incident/incident.ts';

/** Names what an incident is about, within its place. */
export function subjectName(subject: Subject): string {
  return subject.kind === 'device' ? `device ${subject.key}` : subject.kind;
}

export function isOf({ subject }: Pick<Incident, 'subject'>, other: Subject): boolean {
  return subjectName(subject) === subjectName(other);
}
