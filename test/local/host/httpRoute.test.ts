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
    ['api/sites/{hub}/{site?}', '/api/sites/a/b', { hub: 'a', site: 'b' }],
    ['api/sites/{hub}/{site?}', '/api/sites/a', { hub: 'a' }],
    ['api/sites/{hub}/{site?}', '/other/sites/a', undefined],
  ])('%s takes %s as %j', (template, path, params) => {
    expect(matchRoute(parseRoute(template), path)).toEqual(params);
  });

  it('prefer literals to parameters', () => {
    const sorted = ['a/{id}', 'a', '{id}', 'a/b'].map(parseRoute).sort(compareRoutes);
    expect(sorted.map((route) => route.template)).toEqual(['a/b', 'a/{id}', 'a', '{id}']);
  });

  it.each(['{id:int}', '{*path}', 'a{id}'])('refuse %s by name', (segment) => {
    expect(() => parseRoute(`devices/${segment}`)).toThrow(
      `route "devices/${segment}": "${segment}" is not supported`,
    );
  });
});
