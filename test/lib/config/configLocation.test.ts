import { expect, it } from 'vitest';
import { formatLocation, parseConfigLocation } from '../../../src/lib/config/configLocation.ts';

it.each([
  ['responder.config.yaml', { kind: 'file', path: 'responder.config.yaml' }],
  ['/etc/responder/blob:x.yaml', { kind: 'file', path: '/etc/responder/blob:x.yaml' }],
  ['blob:config/responder.config.yaml', { kind: 'blob', container: 'config', name: 'responder.config.yaml' }],
  ['blob:responder.config.yaml', { kind: 'blob', container: 'config', name: 'responder.config.yaml' }],
  ['blob:plant-1/north/responder.yaml', { kind: 'blob', container: 'plant-1', name: 'north/responder.yaml' }],
])('%s names its place', (text, location) => {
  expect(parseConfigLocation(text)).toEqual(location);
});

it.each(['blob:', 'blob:/x.yaml', 'blob:config/', 'blob:Config/x.yaml', 'blob:a/x.yaml', 'blob:a--b/x.yaml'])(
  '%s names no blob, and the problem says what does',
  (text) => {
    expect(() => parseConfigLocation(text)).toThrow(
      `RESPONDER_CONFIG: ${JSON.stringify(text)} is not the address of a blob; use blob:<container>/<name>, like blob:config/responder.config.yaml`,
    );
  },
);

it('a place is written as the setting has it', () => {
  expect(formatLocation(parseConfigLocation('blob:x.yaml'))).toBe('blob:config/x.yaml');
  expect(formatLocation(parseConfigLocation('x.yaml'))).toBe('x.yaml');
});
