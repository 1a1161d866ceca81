import { describe, expect, it } from 'vitest';
import { compareRoutes, matchRoute, parseRoute } from '../../../local/host/httpRoute.ts';

describe('routes', () => {
  it.each([
    ['api/devices/{id}', '/api/devices/a', { id: 'a' }],
    ['api/devices/{id}', '/API/Devices/A', { id: 'A' }],
    ['api/devices/{id}', '/api/devices/a%2Fb%20c', { id: 'a%2Fb c' }],
    ['api/devices/{id}', '/api/devices/%zz', { id: '%zz' }],
    ['api/devices/{id}', '/api/devices', undefined],
    ['api/devices/{id}', '/api/devices/a/b', undefined],
    ['api/devices/{id?}', '/api/devices', {}],
    ['api/{*path}', '/api/a/b', { path: 'a/b' }],
    ['api/{*path}', '/api', { path: '' }],
    ['api/{*path}', '/other/a', undefined],
  ])('%s takes %s as %j', (template, path, params) => {
    expect(matchRoute(parseRoute(template), path)).toEqual(params);
  });

  it('prefer literals to parameters and parameters to the rest of a path', () => {
    const sorted = ['{*rest}', 'a/{id}', 'a', '{id}', 'a/b'].map(parseRoute).sort(compareRoutes);
    expect(sorted.map((route) => route.template)).toEqual(['a/b', 'a/{id}', 'a', '{id}', '{*rest}']);
  });

  it('refuse a constraint by name', () => {
    expect(() => parseRoute('devices/{id:int}')).toThrow(
      'route "devices/{id:int}": "{id:int}" is not supported',
    );
  });
});
