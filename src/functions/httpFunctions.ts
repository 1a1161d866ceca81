import { app as functions } from '@azure/functions';
import { type HttpFunction, httpRoutes, pageRoutes } from './httpRoutes.ts';

// Pages are loaded when the first of them is called, and so are the calls of the API: a start, and an instance that takes
// events alone, is spared both.
const ofPages = () => import('./pageHandlers.ts');
const ofCalls = () => import('./callHandlers.ts');

for (const [name, { methods, authLevel, route }] of Object.entries(httpRoutes)) {
  functions.http(name, {
    methods: [...methods],
    authLevel,
    route,
    handler: async (request, context) => {
      const { handlerOf } = await (Object.hasOwn(pageRoutes, name) ? ofPages() : ofCalls());
      return handlerOf(name as HttpFunction)(request, context);
    },
  });
}
