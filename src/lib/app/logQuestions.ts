import type { DiagnosisRecord } from '../incident/incident.ts';

type Answers = ReadonlyMap<string, DiagnosisRecord>;

const mostRecent = 50_000;

/** Questions to the logs that this instance has under way, and their latest answers by incident. */
export class LogQuestions {
  readonly #running = new Map<string, Promise<Answers>>();
  readonly #recent = new Map<string, { readonly record: DiagnosisRecord; readonly atMs: number }>();

  /** What was found out about an incident in this time, or null. */
  recent(incidentId: string, nowMs: number, withinMs: number): DiagnosisRecord | null {
    const known = this.#recent.get(incidentId);
    return known && nowMs - known.atMs < withinMs ? known.record : null;
  }

  /**
   * One question at a time about a subject. Who comes while one is running and is not served by its answer waits and
   * looks again, so that those who wait are asked about together.
   */
  async ask(
    subject: string,
    incidentId: string,
    serves: (record: DiagnosisRecord) => boolean,
    now: () => number,
    question: () => Promise<Answers>,
  ): Promise<DiagnosisRecord | null> {
    for (;;) {
      const running = this.#running.get(subject);
      if (!running) break;
      const shared = (await running).get(incidentId);
      if (shared && serves(shared)) return shared;
    }
    const asked = question()
      .then((answers) => this.#remember(answers, now()))
      .finally(() => {
        if (this.#running.get(subject) === asked) this.#running.delete(subject);
      });
    this.#running.set(subject, asked);
    return (await asked).get(incidentId) ?? null;
  }

  #remember(answers: Answers, atMs: number): Answers {
    if (this.#recent.size + answers.size > mostRecent) this.#recent.clear();
    for (const [id, record] of answers) this.#recent.set(id, { record, atMs });
    return answers;
  }
}
