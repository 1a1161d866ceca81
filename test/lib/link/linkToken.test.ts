import { base64url, CompactSign } from 'jose';
import { describe, expect, it } from 'vitest';
import { formToken, readFormToken } from '../../../src/lib/link/formToken.ts';
import { type KeyRing, readRing, rotated } from '../../../src/lib/link/keyRing.ts';
import { linkToken, readLinkToken } from '../../../src/lib/link/linkToken.ts';

const ring = rotated(null, 1);
const link = { incidentId: 'inc_2LJsvj64ynH7N7c-VqnuJyVukvuM', receiver: 'oslo-operators' };
const valid = { kind: 'valid', link };
const token = await linkToken(ring, link);

/** Signed with the real key, saying something else. */
const forged = (header: object, payload: string, secret = ring[0].secret) =>
  new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: 'HS256', kid: ring[0].kid, typ: 'link', ...header })
    .sign(base64url.decode(secret));

describe('the token of a link', () => {
  it('opens its incident for its receiver', async () => {
    expect(await readLinkToken(ring, token)).toEqual(valid);
  });

  it('is the same on every attempt, fits into a part of a path, and is another one for another receiver', async () => {
    expect(await linkToken(ring, link)).toBe(token);
    expect(token).toMatch(/^[\w.-]{100,220}$/);
    expect(await linkToken(ring, { ...link, receiver: 'manager' })).not.toBe(token);
  });

  it('carries any name of a receiver', async () => {
    for (const receiver of ['скорая', 'a/b?c#d', '"', '\u202Ex', '']) {
      const other = { ...link, receiver };
      expect(await readLinkToken(ring, await linkToken(ring, other))).toEqual({ kind: 'valid', link: other });
    }
  });

  it('is unknown when any character of it is another one of any kind', async () => {
    for (let index = 0; index < token.length; index++) {
      for (const other of ['A', 'z', '0', '-', '_', '.', '=', ' ', '\n', '%', '/', 'é', '']) {
        if (token[index] === other) continue;
        const altered = token.slice(0, index) + other + token.slice(index + 1);
        expect(await readLinkToken(ring, altered), `${index} ${JSON.stringify(other)}`).toEqual({
          kind: 'unknown',
        });
      }
    }
  });

  it('is unknown in every other spelling of the same signature', async () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const others = [...letters]
      .filter((letter) => letter !== token.at(-1))
      .map((letter) => token.slice(0, -1) + letter);
    for (const other of [...others, `${token}=`, `${token} `, ` ${token}`, token.replaceAll('-', '+')])
      if (other !== token) expect(await readLinkToken(ring, other), other).toEqual({ kind: 'unknown' });
  });

  it.each([
    ['nothing', ''],
    ['two parts', 'a.b'],
    ['no signature', `${token.split('.').slice(0, 2).join('.')}.`],
    ['no algorithm', `${base64url.encode('{"alg":"none","typ":"link"}')}.${token.split('.')[1]}.`],
    ['far too long', 'a'.repeat(100_000)],
  ])('is unknown where there is %s', async (_what, text) => {
    expect(await readLinkToken(ring, text)).toEqual({ kind: 'unknown' });
  });

  it.each([
    ['of a form', { typ: 'form' }, '{"i":"inc","r":"x"}'],
    ['that names no key', { kid: 'other' }, '{"i":"inc","r":"x"}'],
    ['without an incident', {}, '{"r":"x"}'],
    ['that is no object', {}, 'null'],
    ['that is no JSON', {}, 'nonsense'],
  ])('is unknown %s, though a key of ours has signed it', async (_what, header, payload) => {
    expect(await readLinkToken(ring, await forged(header, payload))).toEqual({ kind: 'unknown' });
  });

  it('has ended once its key is rotated away, and is still told from an altered one', async () => {
    const later = rotated(ring, 2);
    expect(await readLinkToken(later, token)).toEqual({ kind: 'ended' });
    expect(await readLinkToken(later, `${token.slice(0, -3)}abc`)).toEqual({ kind: 'unknown' });
    expect(await readLinkToken(later, await linkToken(later, link))).toEqual(valid);
    expect(await readLinkToken(rotated(null, 3), token)).toEqual({ kind: 'unknown' });
  });
});

describe('the token of a form', () => {
  const form = { action: 'acknowledge', link: token, state: 'none' };
  const read = async (of: KeyRing, asked: object = {}, text?: string) =>
    readFormToken(of, { ...form, ...asked }, text ?? (await formToken(ring, form, 5)));

  it('says what its page showed, and is good once', async () => {
    expect(await read(ring)).toEqual({ state: 'none', id: expect.any(String), shownAtMs: 5 });
    expect((await read(ring))?.id).not.toBe((await read(ring))?.id);
  });

  it.each([
    ['of another link', { link: 'other' }],
    ['of another form', { action: 'silence' }],
  ])('is none %s', async (_what, asked) => {
    expect(await read(ring, asked)).toBeNull();
  });

  it('is none when it is missing, a link’s, or of an earlier key', async () => {
    expect(await read(ring, {}, '')).toBeNull();
    expect(await read(ring, {}, token)).toBeNull();
    expect(await read(rotated(ring, 6))).toBeNull();
  });
});

it('keys are read back as they were stored, and anything else is none', () => {
  expect(readRing({ keys: JSON.parse(JSON.stringify(rotated(ring, 2))) })).toHaveLength(2);
  expect(readRing({ keys: [{ kid: 1 }, null, ring[0]] })).toEqual(ring);
  for (const value of [{}, { keys: [] }, { keys: 'x' }, { keys: [{ kid: 'a' }] }])
    expect(readRing(value)).toBeNull();
});
