import type { Message } from '../message.ts';
import type { Clock } from './clock.ts';
import {
  acknowledgementEnd,
  controlEnd,
  escalation,
  riseAboveAcknowledgement,
  type ToldOfControls,
  whoHasThis,
} from './controlReasons.ts';
import type { Phrase } from './phrase.ts';

/** What a reason is said by. */
type Said = Pick<Message, 'type' | 'status' | 'deletedCount'> & ToldOfControls;

const leads: Readonly<Record<Message['type'], string>> = {
  'incident.opened': 'First alert',
  'incident.updated': 'Update',
  'incident.reminder': 'Reminder',
  'incident.resolved': 'All clear',
};

/** Why a notice is sent, as one sentence for its reader. It calls itself the first only when it is. */
export function reasonInWords(message: Said, clock: Clock): Phrase {
  const { reason, type } = message;
  const lead = reason === 'noLongerFollowed' && type === 'incident.resolved' ? 'Closed' : leads[type];
  const sentence = sentenceOf(message, clock);
  return typeof sentence === 'string' ? `${lead}: ${sentence}.` : [`${lead}: `, ...sentence, '.'];
}

function sentenceOf(message: Said, clock: Clock): Phrase {
  const { reason, type, status, counts, deletedCount } = message;
  const offline = counts.offline + (counts.modules?.offline ?? 0);
  const flapping = counts.flapping + (counts.modules?.flapping ?? 0);
  switch (reason) {
    case 'outageBegan':
      return 'the connection was lost and has not come back';
    case 'outageGrew':
      return type === 'incident.opened' ? 'devices went offline' : 'more devices went offline';
    case 'severityRose':
      return riseAboveAcknowledgement(message) ?? 'more devices are affected, so the severity rose';
    case 'partlyRecovered':
      if (offline > 0) return 'some devices are back, others are still offline';
      return flapping > 0
        ? 'the devices that were offline are back, but some connections keep dropping'
        : 'devices are back';
    case 'recovered':
      return deletedCount > 0
        ? 'everything that was not deleted is back and has stayed connected'
        : 'everything is back and has stayed connected';
    case 'flappingBegan':
      return type === 'incident.opened'
        ? 'the connection keeps dropping and coming back'
        : 'connections keep dropping and coming back';
    case 'flappingEnded':
      if (status === 'resolved') return 'the connection is stable again';
      return flapping > 0 ? 'some devices have stopped flapping' : 'the flapping has stopped';
    case 'diagnosisArrived':
      return 'the diagnostic logs now show more about the cause';
    case 'reminder':
      return 'the problem continues';
    case 'noLongerFollowed':
      return type === 'incident.resolved'
        ? 'these devices are no longer followed; they were deleted, or the routes changed'
        : 'some devices are no longer followed; they were deleted or moved to another site';
    case 'escalated':
      return escalation(message, clock);
    case 'acknowledged':
      return whoHasThis(message, clock) ?? 'somebody had this, but not any more';
    case 'acknowledgementEnded':
      return acknowledgementEnd(message, clock);
    case 'silenceEnded':
    case 'didNotReturn':
      return controlEnd(message, clock);
    default:
      return reason satisfies never;
  }
}
