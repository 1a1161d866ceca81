import { describe, expect, it } from 'vitest';
import { causeEntry } from '../../../src/lib/diagnosis/catalogue/causes.ts';
import { families } from '../../../src/lib/diagnosis/catalogue/codeEntry.ts';
import { codeEntry, familyOf, isListed } from '../../../src/lib/diagnosis/catalogue/codes.ts';
import { exceptions } from '../../../src/lib/diagnosis/catalogue/exceptions.ts';
import { listedCodes } from '../../../src/lib/diagnosis/catalogue/listedCodes.ts';
import { causes } from '../../../src/lib/diagnosis/diagnosis.ts';

/** Of azure-docs troubleshoot-error-codes, what a row of a connection may carry. */
const documented =
  '400000 400024 401004 403011 404000 404006 409000 503004 400027 400029 400030 400001 400006 401000 401001 401002 401003 403001 403002 403004 403005 403006 403010 403012 404001 404010 404012 404102 404103 404104 409001 409002 409003 412002 429000 429001 429002 429003 429005 499000 500001 500008 502000 503000 503001 503003 503005 503006 503008 503101 503102 504000 504101'.split(
    ' ',
  );

describe('catalogue', () => {
  it('holds every documented code, each with name, meaning and steps for floor and portal', () => {
    expect(documented.filter((code) => !isListed(code))).toEqual([]);
    for (const code of listedCodes.keys()) {
      const entry = codeEntry(code);
      for (const text of [entry.name, entry.meaning, entry.attach, entry.documentation])
        expect(text).not.toBe('');
      expect(entry.floor.length * entry.portal.length).toBeGreaterThan(0);
    }
  });

  it('has the fullest entries for the five codes of the guide', () => {
    const steps = (code: string) => codeEntry(code).floor.length + codeEntry(code).portal.length;
    const guide = ['404104', '401003', '409002', '500001', '500008'];
    for (const code of guide) expect(steps(code)).toBeGreaterThanOrEqual(4);
    for (const code of documented.filter((each) => !guide.includes(each)))
      expect(steps(code)).toBeLessThanOrEqual(4);
  });

  it('makes exceptions for listed codes alone, and only where they differ from their family', () => {
    for (const [code, entry] of Object.entries(exceptions)) {
      expect(isListed(code), code).toBe(true);
      const family = families[listedCodes.get(code)!.family];
      for (const [key, value] of Object.entries(entry))
        expect(value, `${code} ${key}`).not.toEqual(family[key as keyof typeof family]);
    }
  });

  it.each([
    ['403999', 'unrelated'],
    ['404999', 'unrelated'],
    ['409999', 'unrelated'],
    ['503777', 'service'],
    ['401999', 'unauthorized'],
    ['429777', 'throttled'],
    ['413000', 'client'],
    ['418001', 'unrelated'],
    ['', null],
    ['0', null],
    ['200', null],
  ])('an unlisted %s belongs to %s', (code, family) => {
    expect(familyOf(code)).toBe(family);
  });

  it('knows the service’s faults that carry a name and no code', () => {
    expect(familyOf('', 'InternalServerError')).toBe('service');
    expect(codeEntry('503777', 'SomethingBusy').name).toBe('SomethingBusy');
  });

  it('has a claim and steps for every cause', () => {
    for (const cause of causes) {
      const { claim, floor, portal } = causeEntry(cause);
      expect(claim).not.toMatch(/\.$/);
      expect(floor.length * portal.length).toBeGreaterThan(0);
    }
  });
});
