import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import type { Announcement } from '../../../../../src/lib/notify/announcement.ts';
import { announcementEmail } from '../../../../../src/lib/notify/channels/email/renderAnnouncement.ts';

const refused: Announcement = {
  id: 'cfg_1',
  type: 'responder.configurationRefused',
  about: 'configuration',
  over: false,
  summary: 'Configuration refused: 2 mistakes',
  explanation: ['It stays as it was.', 'Correct the file.'],
  problems: ['sites[0].name: "<b>\nOslo" is not\u202E accepted', 'routes: is missing'],
};

it('a list that never ends is cut at a hundred', () => {
  const endless = { ...refused, problems: Array.from({ length: 130 }, (_, index) => `problem ${index}`) };
  expect(announcementEmail(endless, 'duty').text).toContain('and 30 more, not listed here');
});

it('a receiver that is named from right to left does not turn the footer around', () => {
  const mail = announcementEmail(refused, 'مناوبة');
  expect(mail.html).toContain('Sent to <bdi>مناوبة</bdi> by the IoT Hub disconnect responder');
  expect(mail.text).toContain('Sent to \u2068مناوبة\u2069 by');
});

describe('the mail', () => {
  const mail = announcementEmail(refused, 'duty');

  it('says all of it in both parts, one line for each problem', () => {
    expect(mail.subject).toBe('Configuration refused: 2 mistakes');
    expect(mail.text.split('\n')).toEqual([
      'CONFIGURATION REFUSED',
      'Configuration refused: 2 mistakes',
      'About the responder itself, not about devices.',
      '',
      'It stays as it was.',
      'Correct the file.',
      '',
      'MISTAKES',
      '- sites[0].name: "<b> Oslo" is not� accepted',
      '- routes: is missing',
      '',
      'Notice cfg_1',
      'Sent to duty by the IoT Hub disconnect responder',
      '',
    ]);
    for (const words of ['It stays as it was.', 'Correct the file.', 'routes: is missing', 'Notice cfg_1']) {
      expect(mail.html).toContain(words);
    }
  });

  it('escapes what comes from outside, and is valid HTML', async () => {
    expect(mail.html).not.toContain('<b>');
    const checker = new HtmlValidate({
      extends: ['html-validate:standard'],
      // Mail clients need layout tables.
      rules: { 'no-deprecated-attr': 'off' },
    });
    const report = await checker.validateString(mail.html);
    expect(report.results.flatMap(({ messages }) => messages.map(({ message }) => message))).toEqual([]);
  });

  it('has no mistakes to list when all is well', () => {
    const good = { ...refused, type: 'responder.configurationAccepted' as const, over: true, problems: [] };
    const { text, html } = announcementEmail(good, 'duty');
    expect(text).not.toContain('MISTAKES');
    expect(html).not.toContain('Mistakes');
    expect(text).toContain('CONFIGURATION ACCEPTED');
  });
});
