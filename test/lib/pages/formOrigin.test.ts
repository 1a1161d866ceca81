import { expect, it } from 'vitest';
import { isForeign } from '../../../src/lib/pages/html/formOrigin.ts';

const own = ['https://responder.example/base', 'http://127.0.0.1:7071/l/a/acknowledge'];

it.each([
  ['a page of ours', 'https://responder.example', 'same-origin', false],
  ['the address that was asked', 'http://127.0.0.1:7071', null, false],
  ['a page of ours, as browsers send it with no-referrer', 'null', 'same-origin', false],
  ['a browser that says nothing', null, null, false],
  ['a typed address', null, 'none', false],
  ['another site', 'https://evil.example', 'cross-site', true],
  ['another site, by a browser that hides its address', 'null', 'cross-site', true],
  ['another site, by an old browser', 'https://evil.example', null, true],
  ['another port', 'https://responder.example:444', null, true],
  ['another scheme', 'http://responder.example', null, true],
  ['a name that only begins like ours', 'https://responder.example.evil.example', null, true],
  ['nonsense', 'nonsense', null, true],
  ['nothing at all', '', null, true],
])('a form of %s', (_from, origin, fetchSite, foreign) => {
  expect(isForeign({ origin, fetchSite }, own)).toBe(foreign);
});
