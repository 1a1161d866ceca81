import { describe, expect, it } from 'vitest';
import { severityOf, troubleOf } from '../../../src/lib/incident/observe.ts';
import { isWorse, worse } from '../../../src/lib/incident/rank.ts';
import { tallyOf } from '../../../src/lib/incident/tally.ts';
import { configOf, osloConfig } from '../../support/configOf.ts';
import { incident, type MemberWord } from '../../support/incidents.ts';

const config = configOf(osloConfig);

describe('severity', () => {
  const trouble = (...words: MemberWord[]) => {
    const { members } = incident(Object.fromEntries(words.map((word, index) => [`d${index}`, word])));
    return troubleOf(members, tallyOf(members), undefined);
  };

  it.each([
    { rule: 'one of many down is a warning', words: ['down'], known: 10, severity: 'warning' },
    { rule: 'half of the site down is critical', words: ['down', 'down'], known: 4, severity: 'critical' },
    { rule: 'less than half is a warning', words: ['down', 'down'], known: 5, severity: 'warning' },
    {
      rule: 'a device that is coming back counts as down',
      words: ['down', 'recovering'],
      known: 4,
      severity: 'critical',
    },
    { rule: 'a flapping device does not', words: ['down', 'flapping'], known: 4, severity: 'warning' },
    { rule: 'nothing but flapping is information', words: ['flapping', 'back'], known: 4, severity: 'info' },
    {
      rule: 'a quarter of the site flapping is a warning',
      words: ['flapping', 'flapping'],
      known: 8,
      severity: 'warning',
    },
    {
      rule: 'less than a quarter is information',
      words: ['flapping', 'flapping'],
      known: 9,
      severity: 'info',
    },
    { rule: 'one flapping device of two is information', words: ['flapping'], known: 2, severity: 'info' },
    { rule: 'one that is back and under suspicion again', words: ['back'], known: 4, severity: 'warning' },
    { rule: 'a site of one device is never critical', words: ['down'], known: 1, severity: 'warning' },
    { rule: 'one of two is half of the site', words: ['down'], known: 2, severity: 'critical' },
  ] as const)('$rule', ({ words, known, severity }) => {
    expect(severityOf(trouble(...words), known, config.policy)).toBe(severity);
  });

  it('of an incident of one device is a warning, whatever the site', () => {
    expect(severityOf(trouble('down'), 1, config.policy)).toBe('warning');
    expect(severityOf(trouble('flapping'), 1, config.policy)).toBe('info');
  });

  it('is what an override sets', () => {
    expect(severityOf(trouble('flapping'), 9, { ...config.policy, severity: 'critical' })).toBe('critical');
  });

  it('knows what is worse', () => {
    expect(isWorse('critical', 'warning')).toBe(true);
    expect(isWorse('warning', 'warning')).toBe(false);
    expect(isWorse('info', 'warning')).toBe(false);
    expect(worse('info', 'critical')).toBe('critical');
    expect(worse('warning', 'info')).toBe('warning');
  });
});
