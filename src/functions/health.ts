import { app as functions, type HttpResponseInit } from '@azure/functions';
import { app } from '../lib/app/createApp.ts';

functions.http('health', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'health',
  handler: async (): Promise<HttpResponseInit> => {
    try {
      const { config } = await app();
      return { status: 200, jsonBody: { status: 'ready', configuration: config.hash.slice(0, 12) } };
    } catch {
      // The reasons are in the log: they may name hosts, and this page is open.
      return { status: 503, jsonBody: { status: 'not ready' } };
    }
  },
});
