import { formatPlaceKey, parsePlaceKey, type SiteKey } from '../directory/placeKey.ts';
import { dueQuestionsPartition } from './keys.ts';
import { readRecord, storeFormat } from './readRecord.ts';
import { type RowStore, type RowWrite, transactionLimit } from './rowStore.ts';

/** A site whose logs are to be asked about by whoever asks about its hub next. */
export type DueQuestion = {
  readonly key: SiteKey;
  readonly incidentId: string;
  /** How many devices the question is about. */
  readonly devices: number;
};

/** Sites of one hub that wait for a question to the logs. A row for each, written by the site and taken by who asks. */
export function createDueQuestions(rows: RowStore) {
  return {
    /** Notes at most as many sites of one hub as a transaction takes. */
    async add(hub: string, questions: readonly DueQuestion[]): Promise<void> {
      const writes = questions.map(({ key, incidentId, devices }): RowWrite => {
        const data = JSON.stringify({ v: storeFormat, incidentId, devices });
        return { kind: 'put', key: formatPlaceKey(key), data };
      });
      if (writes.length > 0) await rows.commit(dueQuestionsPartition(hub), writes);
    },

    /** The first of those that wait, as many as can be taken at once. */
    async first(hub: string): Promise<DueQuestion[]> {
      const own = hub.toLowerCase();
      const page = await rows.page(dueQuestionsPartition(hub), `${own}|`, `${own}}`, transactionLimit);
      return page.rows.flatMap((row) => {
        const key = parsePlaceKey(row.key);
        if (key === null || key.kind === 'hub') return [];
        const read = readRecord(row, ({ incidentId, devices }) => ({
          incidentId: typeof incidentId === 'string' ? incidentId : '',
          devices: typeof devices === 'number' ? devices : 1,
        }));
        return [{ key, ...(read ?? { incidentId: '', devices: 1 }) }];
      });
    },

    /** Takes them all for one asker; false: another one was faster with some. */
    async take(hub: string, questions: readonly DueQuestion[]): Promise<boolean> {
      if (questions.length === 0) return true;
      const writes = questions.map(
        ({ key }): RowWrite => ({ kind: 'remove', key: formatPlaceKey(key), etag: '*' }),
      );
      return (await rows.commit(dueQuestionsPartition(hub), writes)).kind === 'saved';
    },
  };
}

export type DueQuestions = ReturnType<typeof createDueQuestions>;
