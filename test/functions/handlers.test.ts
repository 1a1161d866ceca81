import { expect, it } from 'vitest';
import { type HttpFunction, httpRoutes, pageRoutes } from '../../src/functions/httpRoutes.ts';

it('every function that is called by HTTP has somebody who answers, where it is looked for', async () => {
  const names = Object.keys(httpRoutes) as HttpFunction[];
  expect(names.length).toBeGreaterThan(30);
  const isPage = (name: HttpFunction) => Object.hasOwn(pageRoutes, name);
  // In this order: what has been loaded for a page answers for calls too.
  const { handlerOf: ofPages } = await import('../../src/functions/pageHandlers.ts');
  for (const name of names.filter(isPage)) expect(ofPages(name), name).toBeTypeOf('function');
  const { handlerOf: ofCalls } = await import('../../src/functions/callHandlers.ts');
  for (const name of names.filter((one) => !isPage(one))) expect(ofCalls(name), name).toBeTypeOf('function');
});

it('no two of them have the same method and route', () => {
  const places = Object.values(httpRoutes).flatMap(({ methods, route }) =>
    methods.map((method) => `${method} ${route}`),
  );
  expect(new Set(places).size).toBe(places.length);
});
