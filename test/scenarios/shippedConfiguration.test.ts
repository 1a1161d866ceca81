import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/lib/config/loadConfig.ts';
import { Story } from '../support/story.ts';

/** The file that is shipped, with the settings that it names. */
function shipped() {
  const file = readFileSync(new URL('../../responder.config.yaml', import.meta.url), 'utf8');
  const settings = {
    ONCALL_WEBHOOK_URL: 'https://on-call.example/hook',
    ONCALL_WEBHOOK_SECRET: `whsec_${Buffer.alloc(24).toString('base64')}`,
  };
  const result = loadConfig(file, 'responder.config.yaml', settings, { development: false });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

/** Away 290 s of every 300 s, from the tenth minute on. */
function plays(devices: number, flapping: number): Story {
  const story = new Story(shipped());
  const names = Array.from({ length: devices }, (_, index) => `oslo-${index}`);
  for (const name of names) story.connects(name, '0s');
  for (let seconds = 600; seconds < 2 * 3600; seconds += 300) {
    for (const name of names.slice(0, flapping)) {
      story.loses(name, `${seconds}s`);
      story.connects(name, `${seconds + 290}s`);
    }
  }
  return story;
}

it.each([
  { devices: 12, flapping: 12, severity: 'warning', share: '12 of 12' },
  { devices: 12, flapping: 3, severity: 'warning', share: 'a quarter' },
  { devices: 12, flapping: 2, severity: 'info', share: 'fewer' },
])(
  'tells of a plant of which $share devices flap for hours: $severity',
  async ({ devices, flapping, severity }) => {
    const story = plays(devices, flapping);
    await story.until('2h');
    const [first] = story.told('oslo-operators');
    expect(first).toMatch(/^incident\.opened flappingBegan /);
    expect(story.last('oslo-operators')).toMatchObject({ severity, counts: { flapping, known: devices } });
    expect(story.told('on-call')).toEqual([]);
  },
);
