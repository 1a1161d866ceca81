import type { Prediction } from './prediction.ts';
import { broken, type Rule } from './rules.ts';

const type = 'Microsoft.EventGrid/systemTopics';

const rules: readonly Rule[] = [
  {
    type,
    at: 'identity.type',
    is: ['SystemAssigned'],
    otherwise: 'it has no identity to write dead letters with',
  },
  { type, at: 'properties.topicType', is: ['Microsoft.Devices.IoTHubs'], otherwise: 'it is not for a hub' },
  {
    type,
    at: 'properties.source',
    is: /\/providers\/Microsoft\.Devices\/IotHubs\/[^/]+$/,
    otherwise: 'its events are not those of a hub',
  },
];

/** A system topic that is made is the hub's, and can write dead letters. */
export const checkTopic = (prediction: Prediction): string[] => broken(prediction, rules);
