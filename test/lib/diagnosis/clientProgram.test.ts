import { expect, it } from 'vitest';
import { clientProgram } from '../../../src/lib/diagnosis/stories/clientProgram.ts';

it.each([
  {
    text: 'sdk/1.10.0 (native; press 4.2; SN 77120)',
    program: 'sdk',
    version: 'sdk/1.10.0',
    firmware: 'press 4.2',
  },
  { text: 'sdk/1.10.0 {press/4.2.1}', program: 'sdk', version: 'sdk/1.10.0', firmware: 'press 4.2.1' },
  {
    text: 'sdk/1.10.0 (press 4.2, valve v2.0',
    program: 'sdk',
    version: 'sdk/1.10.0',
    firmware: 'press 4.2, valve 2.0',
  },
  {
    text: 'sdk/1.42.0 (.NET 6.0.9; Linux 5.15; X64; {6f1c-77})',
    program: 'sdk',
    version: 'sdk/1.42.0',
    firmware: '',
  },
  { text: 'sdk/2.0 (serial 88001)', program: 'sdk', version: 'sdk/2.0', firmware: '' },
  { text: 'firmware 5.1', program: 'firmware', version: 'firmware/5.1', firmware: '' },
  { text: '', program: '', version: '', firmware: '' },
])('$text is read as $version, firmware: $firmware', ({ text, ...client }) => {
  expect(clientProgram(text, 'oslo-1')).toEqual(client);
});
