import { explainDevice } from '../lib/app/explainDevice.ts';
import { explanationView } from '../lib/pages/explanationView.ts';
import { mistaken, notAllowed, Refusal, reads } from './read.ts';

reads('explain', async ({ app, query, nowMs, visible }) => {
  const { hub, device, module = null, at, receiver = null } = query;
  const question = { hub, deviceId: device, moduleId: module, atMs: at ?? nowMs, receiver };
  const answer = await explainDevice(app, question, visible, nowMs);
  switch (answer.kind) {
    case 'explained':
      return explanationView(answer.value);
    case 'hidden':
      return new Refusal(notAllowed);
    case 'outOfRange': {
      const [from, until] = [answer.oldestMs, nowMs].map((atMs) => new Date(atMs).toISOString());
      return mistaken(
        'at',
        new Date(question.atMs).toISOString(),
        `is not on record; use one from ${from} to ${until}`,
      );
    }
    default:
      return answer satisfies never;
  }
});
