import type { HttpRequest } from '@azure/functions';
import { pageScript, pageScriptName } from '../lib/pages/script/pageScript.ts';
import { answers } from './answering.ts';

/** The one script of all pages. Its name changes with its content, so browsers may keep it. */
answers('pageScript', async (request: HttpRequest) =>
  request.params.file === pageScriptName
    ? {
        status: 200,
        headers: {
          'content-type': 'text/javascript; charset=utf-8',
          'cache-control': 'public, max-age=31536000, immutable',
          'x-content-type-options': 'nosniff',
        },
        body: pageScript,
      }
    : { status: 404, headers: { 'cache-control': 'no-store' } },
);
