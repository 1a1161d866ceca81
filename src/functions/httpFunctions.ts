import { app as functions } from '@azure/functions';
import { type HttpFunction, httpRoutes } from './httpRoutes.ts';

// Pages and API are loaded when the first of them is called: a start, and an instance that takes events alone, is spared
// them.
for (const [name, { methods, authLevel, route }] of Object.entries(httpRoutes)) {
  functions.http(name, {
    methods: [...methods],
    authLevel,
    route,
    handler: async (request, context) => {
      const { handlerOf } = await import('./handlers.ts');
      return handlerOf(name as HttpFunction)(request, context);
    },
  });
}
