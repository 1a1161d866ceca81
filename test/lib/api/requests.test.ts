import { describe, expect, it } from 'vitest';
import { checkBody, windowProblem } from '../../../src/lib/api/readBody.ts';
import {
  acknowledgeRequest,
  maintenanceRequest,
  noteRequest,
  silenceRequest,
} from '../../../src/lib/api/requests.ts';

const json = (body: unknown) => ({ contentType: 'application/json', text: JSON.stringify(body) });
const schemas = {
  acknowledge: acknowledgeRequest,
  note: noteRequest,
  silence: silenceRequest,
  maintenance: maintenanceRequest,
};

const hourMs = 3_600_000;
const nobody = { hubs: null, sites: null, devices: null };
const window = {
  name: 'New switch',
  match: { devices: ['oslo-l2-*'] },
  from: '2026-12-05T06:00:00+01:00',
  until: '2026-12-05T09:00Z',
  by: 'Kari',
};

describe('a body that is right', () => {
  it.each([
    {
      of: 'acknowledge',
      body: { by: ' Kari ' },
      value: { by: 'Kari', for: 4 * hourMs, note: null },
    },
    {
      of: 'acknowledge',
      body: { by: 'Kari', for: '24h', note: 'on my way\nwith a new switch' },
      value: { by: 'Kari', for: 24 * hourMs, note: 'on my way\nwith a new switch' },
    },
    { of: 'note', body: { by: 'Kari', text: 'the fuse' }, value: { by: 'Kari', text: 'the fuse' } },
    {
      of: 'silence',
      body: { match: { hubs: [], sites: ['oslo'], devices: null }, for: '30d', by: 'Kari', reason: null },
      value: { match: { ...nobody, sites: ['oslo'] }, for: 720 * hourMs, by: 'Kari', reason: null },
    },
    {
      of: 'maintenance',
      body: window,
      value: {
        name: 'New switch',
        match: { ...nobody, devices: ['oslo-l2-*'] },
        from: Date.parse('2026-12-05T05:00:00Z'),
        until: Date.parse('2026-12-05T09:00:00Z'),
        returnGrace: 600_000,
        by: 'Kari',
      },
    },
  ] as const)('of $of is $value', ({ of, body, value }) => {
    expect(checkBody(schemas[of], json(body))).toEqual({ ok: true, value });
  });
});

describe('a body with mistakes', () => {
  const durations = 'use a number and a unit, like 30m or 4h, from 1m to';
  it.each([
    { of: 'acknowledge', body: {}, errors: ['by null is missing; use a text of at most 100 characters'] },
    {
      of: 'acknowledge',
      body: { by: 'K'.repeat(101), for: '25h', until: 'noon' },
      errors: [
        'until null is not a known key; known: for, by, note',
        `for "25h" is out of range; ${durations} 1d`,
        `by "${'K'.repeat(80)}…" is too long; use a text of at most 100 characters`,
      ],
    },
    {
      of: 'acknowledge',
      body: { by: '  ' },
      errors: ['by "  " is empty; use a text of at most 100 characters'],
    },
    {
      of: 'acknowledge',
      body: { by: 'Ka\nri' },
      errors: ['by "Ka\\nri" contains a control character; use plain text'],
    },
    {
      of: 'silence',
      body: { match: { sites: [] }, for: '59s', by: 'Kari' },
      errors: [
        'match a map without a hub, site or device; name at least one',
        `for "59s" is out of range; ${durations} 30d`,
      ],
    },
    {
      of: 'silence',
      body: { match: { site: ['oslo'] }, for: 'two hours', by: 'Kari' },
      errors: [
        'match.site null is not a known key; did you mean "sites"?',
        'match a map without a hub, site or device; name at least one',
        `for "two hours" is not a duration; ${durations} 30d`,
      ],
    },
    {
      of: 'maintenance',
      body: { ...window, from: '2026-12-05T06:00', until: '2026-02-30T06:00Z', returnGrace: '0s' },
      errors: [
        'from "2026-12-05T06:00" is not an instant; use one with an offset, like 2026-12-05T06:00:00+01:00 or 2026-12-05T05:00:00Z',
        'until "2026-02-30T06:00Z" is not an instant; use one with an offset, like 2026-12-05T06:00:00+01:00 or 2026-12-05T05:00:00Z',
        'returnGrace "0s" is out of range; use a number and a unit, like 30m or 4h, from 1s to 30d',
      ],
    },
    { of: 'note', body: [], errors: ['body [] is not a map; use a map with the keys by, text'] },
  ] as const)('of $of names each: $errors', ({ of, body, errors }) => {
    const checked = checkBody(schemas[of], json(body));
    const problem = checked.ok ? null : checked.problem;
    expect(problem?.status).toBe(400);
    expect(problem?.errors?.map(({ path, value, message }) => `${path} ${value} ${message}`).sort()).toEqual(
      [...errors].sort(),
    );
  });

  it.each([
    { contentType: 'text/plain', text: 'by=Kari', status: 415 },
    { contentType: null, text: '{}', status: 415 },
    { contentType: 'application/x-www-form-urlencoded', text: 'by=Kari', status: 415 },
    { contentType: 'application/json', text: '{"by":', status: 400 },
    { contentType: 'application/json', text: '', status: 400 },
    { contentType: 'application/json', text: `"${'x'.repeat(100_000)}"`, status: 400 },
    { contentType: 'application/vnd.ours+json; charset=utf-8', text: '{}', status: 400 },
  ])('called $contentType is $status', ({ contentType, text, status }) => {
    expect(checkBody(noteRequest, { contentType, text })).toMatchObject({ ok: false, problem: { status } });
  });
});

describe('the times of a window', () => {
  const now = Date.parse('2026-12-05T05:00:00Z');
  const hours = (count: number) => now + count * hourMs;
  it.each([
    { from: hours(1), until: hours(2), message: null },
    { from: hours(-1), until: hours(1), message: null },
    { from: hours(2), until: hours(2), message: 'is not after from; use a later instant' },
    { from: hours(-2), until: now, message: 'is over; use an instant in the future' },
    { from: now, until: now + 59_000, message: 'is out of range; a window lasts from 1m to 30d' },
    { from: now, until: hours(721), message: 'is out of range; a window lasts from 1m to 30d' },
  ])('from $from until $until: $message', ({ from, until, message }) => {
    expect(windowProblem({ from, until }, now)?.errors?.[0]?.message ?? null).toBe(message);
  });
});
