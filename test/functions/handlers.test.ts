import { expect, it } from 'vitest';
import { handlerOf } from '../../src/functions/handlers.ts';
import { type HttpFunction, httpRoutes } from '../../src/functions/httpRoutes.ts';

it('every function that is called by HTTP has somebody who answers', () => {
  const names = Object.keys(httpRoutes) as HttpFunction[];
  expect(names.length).toBeGreaterThan(30);
  for (const name of names) expect(handlerOf(name), name).toBeTypeOf('function');
});

it('no two of them have the same method and route', () => {
  const places = Object.values(httpRoutes).flatMap(({ methods, route }) =>
    methods.map((method) => `${method} ${route}`),
  );
  expect(new Set(places).size).toBe(places.length);
});
