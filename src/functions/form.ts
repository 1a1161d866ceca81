import type { HttpRequest } from '@azure/functions';
import type { App } from '../lib/app/app.ts';
import { isForeign } from '../lib/pages/html/formOrigin.ts';

/** Characters of the largest form that our pages send, and more. */
const mostFormBody = 50_000;

/** The fields of a form of ours; else why it is refused. */
export async function formOf(
  request: HttpRequest,
  app: App,
): Promise<{ readonly fields: URLSearchParams } | { readonly refusal: 'forbidden' | 'invalid' }> {
  const from = {
    origin: request.headers.get('origin'),
    fetchSite: request.headers.get('sec-fetch-site'),
  };
  if (isForeign(from, [request.url, app.publicUrl ?? request.url])) return { refusal: 'forbidden' };
  const body = await request.text();
  return body.length > mostFormBody ? { refusal: 'invalid' } : { fields: new URLSearchParams(body) };
}
