import { callRoutes } from '../lib/api/callRoutes.ts';

export type HttpRoute = {
  readonly methods: readonly ('GET' | 'HEAD' | 'POST' | 'DELETE')[];
  readonly authLevel: 'anonymous' | 'function';
  readonly route: string;
};

/** The host lets everybody in: who may see a page is decided by the page. */
const page = (route: string): HttpRoute => ({ methods: ['GET', 'HEAD'], authLevel: 'anonymous', route });
const form = (route: string): HttpRoute => ({ methods: ['POST'], authLevel: 'anonymous', route });

export const pageRoutes = {
  // The host serves an own page at `/` unless a route without a segment is there (`AzureWebJobsDisableHomepage`).
  home: page('/'),
  sitesPage: page('status'),
  sitePage: page('status/sites/{hub}/{site}'),
  actOnSite: form('status/sites/{hub}/{site}/{action}'),
  incidentPage: page('status/incidents/{incidentId}'),
  timelinePage: page('status/incidents/{incidentId}/timeline'),
  actOnIncident: form('status/incidents/{incidentId}/{action}'),
  whyPage: page('status/why'),
  receiversPage: page('status/receivers'),
  responderPage: page('status/responder'),
  reportPage: page('status/report'),
  pageScript: page('status/assets/{file}'),
  openLink: page('l/{token}'),
  actByLink: form('l/{token}/{action}'),
} as const;

const openApi: HttpRoute = {
  methods: ['GET', 'HEAD'],
  authLevel: 'function',
  route: 'api/openapi.json',
};

export type HttpFunction = keyof typeof pageRoutes | keyof typeof callRoutes | 'openApi';

const methodsOf = { get: ['GET', 'HEAD'], post: ['POST'], delete: ['DELETE'] } as const;

const calls = Object.entries(callRoutes).map(([name, call]): [string, HttpRoute] => {
  const { method, route } = call;
  return [name, { methods: methodsOf[method], authLevel: 'open' in call ? 'anonymous' : 'function', route }];
});

/** Every function that is called by HTTP. */
export const httpRoutes = { ...pageRoutes, ...Object.fromEntries(calls), openApi } as Readonly<
  Record<HttpFunction, HttpRoute>
>;
