import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Reply, ReplyError } from './reply.ts';
import { type CloudRequest, header } from './request.ts';
import type { Route } from './router.ts';

const tokenLifeMs = 24 * 60 * 60_000;

type Claims = { aud: string; exp: number };

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * The token endpoint that App Service gives to a managed identity (`IDENTITY_ENDPOINT`, api-version 2019-08-01).
 * Tokens are signed with a key made at start, so that `audienceOf` knows its own without remembering any.
 */
export const createIdentityService = (): {
  routes: Route[];
  /** The audience of a bearer token that was issued here and is still good, else null. */
  audienceOf: (token: string, nowMs: number) => string | null;
} => {
  const key = randomBytes(32);
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('base64url');

  const issue = (request: CloudRequest): Reply => {
    const resource = request.url.searchParams.get('resource') ?? '';
    if (!header(request, 'x-identity-header')) {
      throw new ReplyError(401, 'Unauthorized', 'The X-IDENTITY-HEADER header is missing.');
    }
    if (request.url.searchParams.get('api-version') !== '2019-08-01' || resource === '') {
      throw new ReplyError(400, 'BadRequest', 'Give ?api-version=2019-08-01&resource=<the service to call>.');
    }
    const exp = Math.floor((request.nowMs + tokenLifeMs) / 1000);
    const claims: Claims = { aud: resource, exp };
    const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    return {
      status: 200,
      body: {
        access_token: `${text}.${sign(text)}`,
        expires_on: String(exp),
        resource,
        token_type: 'Bearer',
      },
    };
  };

  const audienceOf = (token: string, nowMs: number): string | null => {
    const [head = '', payload = '', signature = ''] = token.split('.');
    const [given, expected] = [Buffer.from(signature), Buffer.from(sign(`${head}.${payload}`))];
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    return claims.exp * 1000 > nowMs ? claims.aud : null;
  };

  return { routes: [{ method: 'GET', path: '/identity/token', handle: issue }], audienceOf };
};
