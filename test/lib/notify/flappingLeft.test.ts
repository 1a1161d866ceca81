import { expect, it } from 'vitest';
import { diagnosisOfWhatIsLeft, flappingSteps } from '../../../src/lib/notify/flappingLeft.ts';
import { incident, type MemberWord } from '../../support/incidents.ts';
import { diagnosis } from './renderMessages.ts';

const left = (cause: 'siteUplink' | 'identityClash', ...words: readonly MemberWord[]) => {
  const { members } = incident(Object.fromEntries(words.map((word, index) => [`oslo-${index}`, word])));
  return diagnosisOfWhatIsLeft({ ...diagnosis, cause }, [...members.values()]);
};

it('does not blame the power of the site for a device that flaps when the others are back', () => {
  const found = left('siteUplink', 'back', 'back', 'flapping');
  expect(found).toMatchObject({ cause: 'unknown', confidence: 'low', steps: flappingSteps, also: [] });
  expect(found.summary).toBe(
    'What was offline is back; its likely cause was: power or network of the whole site. What keeps some connections dropping is not known.',
  );
});

it.each([
  ['something is still offline', 'siteUplink', ['back', 'flapping', 'down']],
  ['everything has only flapped', 'siteUplink', ['flapped', 'flapping']],
  ['nothing flaps', 'siteUplink', ['back', 'back']],
  ['the cause is one of the device', 'identityClash', ['back', 'flapping']],
] as const)('leaves the diagnosis as it is while %s', (_, cause, words) => {
  expect(left(cause, ...words)).toEqual({ ...diagnosis, cause });
});
