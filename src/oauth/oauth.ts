import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import cors from 'cors';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { RequestFacts } from '../context.js';
import type { Credential, FindCredential } from '../service-accounts/sign-in/find-credential.js';
import { createCheckSecret, type Refusal } from './check-secret.js';
import { createEndpoints, type Endpoint } from './endpoints.js';
import { createFinish, watch } from './finish.js';
import type { SigningKeys } from './keys/signing-keys.js';
import { createProvider } from './provider.js';
import { defaultAudience, issuerOf } from './token-rules.js';
import { createIntrospect } from './tokens/introspect.js';
import { createRevoke } from './tokens/revoke.js';
import { createTokenEndpoints } from './tokens/token-endpoints.js';
import { createVerifyToken } from './tokens/verify-token.js';

export interface OAuthParts {
  pool: Pool;
  keys: SigningKeys;
  /** Undefined: below the URL of the gateway. */
  audience: string | undefined;
  /** Seconds. */
  lifetime: number;
  /** Whose pages may ask for tokens from a browser. */
  corsOrigins: string[];
  findCredential: FindCredential;
  countWrongSecret: (clientId: string, address: string) => Promise<number | undefined>;
  onIssued: (credential: Credential) => void;
  onRefusal: (refusal: Refusal) => void;
  addressOf: (request: IncomingMessage) => string | undefined;
  log: Logger;
}

export interface OAuth {
  /** Whether a path is one of these endpoints, or could be one. */
  owns(path: string): boolean;
  handle(path: string, request: IncomingMessage, response: ServerResponse): void;
}

/**
 * The OAuth 2.0 server for machines. It stands beside Express and not within, which takes longer than a token.
 * @param url under which its users reach the gateway
 */
export function createOAuth(url: string, parts: OAuthParts): OAuth {
  const issuer = issuerOf(url);
  let provider = createListener(issuer, url, parts);
  parts.keys.onChange(() => {
    provider = createListener(issuer, url, parts);
  });
  const endpoints = createEndpoints({
    issuer,
    jwks: () => parts.keys.jwks(),
    provider: (request, response) => provider(request, response),
  });
  const allowPages = cors({ origin: parts.corsOrigins, methods: 'POST' });

  return {
    owns: (path) => path.startsWith('/oauth2/') || path === '/oauth2' || endpoints.has(path),
    handle: (path, request, response) => {
      const endpoint = endpoints.get(path);
      if (!endpoint) return refuse(response, 404, 'there is no such endpoint');
      if (endpoint.method === 'GET' || parts.corsOrigins.length === 0) {
        return answer(endpoint, request, response);
      }
      return allowPages(request as never, response as never, () => answer(endpoint, request, response));
    },
  };
}

function answer({ method, handle }: Endpoint, request: IncomingMessage, response: ServerResponse): void {
  const allowed = method === 'GET' ? ['GET', 'HEAD'] : [method];
  if (allowed.includes(request.method ?? '')) {
    handle(request, response);
  } else {
    response.setHeader('allow', allowed.join(', '));
    refuse(response, 405, 'this endpoint does not answer to that method');
  }
}

/** In the form of every other error (RFC 6749, section 5.2). */
function refuse(response: ServerResponse, status: number, description: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify({ error: 'invalid_request', error_description: description }));
}

/** The server with the key that signs now. */
function createListener(issuer: string, url: string, parts: OAuthParts): RequestListener {
  const {
    pool,
    keys,
    lifetime,
    audience = defaultAudience(url),
    onIssued,
    onRefusal,
    addressOf,
    log,
  } = parts;
  const factsOf = ({ req }: KoaContextWithOIDC): RequestFacts => ({
    requestId: req.requestId,
    ip: addressOf(req) ?? null,
    userAgent: req.headers['user-agent']?.slice(0, 255) ?? null,
  });
  const countWrongSecret = (ctx: KoaContextWithOIDC, clientId: string) =>
    parts.countWrongSecret(clientId, addressOf(ctx.req) ?? '');
  const verify = createVerifyToken(issuer, keys);
  const answers = { introspection: createIntrospect(pool, verify), revocation: createRevoke(pool, verify) };
  const provider = createProvider({
    issuer,
    audience,
    lifetime,
    key: keys.current(),
    checkSecret: createCheckSecret({ find: parts.findCredential, onRefusal, factsOf }),
    onIssued,
    middleware: [createFinish({ issuer, countWrongSecret, log }), createTokenEndpoints(answers, factsOf)],
  });
  watch(provider, log);
  return provider.callback();
}
