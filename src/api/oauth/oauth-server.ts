import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import cors from 'cors';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Credential } from '../../features/service-accounts/sign-in/credential.js';
import type { Refusal } from '../../features/service-accounts/sign-in/refusals.js';
import { issuerOf } from '../../platform/auth/access-token-settings.js';
import type { MachineLimits } from '../../platform/rate-limits/rate-limits.js';
import { createClientAuthentication } from './authentication/authenticate-client.js';
import type { ProveByKey } from './authentication/key-proof.js';
import { createProofReader } from './authentication/methods.js';
import type { ProveBySecret } from './authentication/secret-proof.js';
import type { ProveByTrust } from './authentication/trust-proof.js';
import { serveDocument } from './documents.js';
import { createFormRequests, type FormEndpoint, type Outcome, type Respond } from './form-request.js';
import { createIntrospection } from './introspect.js';
import type { SigningKeys } from './keys/signing-keys.js';
import { audiencesOf, paths, serverMetadata, wellKnown } from './metadata.js';
import { invalidRequest, OAuthError } from './oauth-error.js';
import { createRevocation } from './revoke.js';
import { sendError } from './send-response.js';
import type { ChooseTargets } from './targets/choose-targets.js';
import { createTokenEndpoint } from './token.js';
import { createTokenIssuer, createTokenVerifier } from './tokens/access-token.js';
import type { SignToken } from './tokens/token-signer.js';

/** The name of an endpoint in the metrics. */
type EndpointName = FormEndpoint['name'] | 'jwks' | 'metadata';

interface OAuthServerParts {
  pool: Pool;
  keys: SigningKeys;
  sign: SignToken;
  chooseTargets: ChooseTargets;
  /** The lifetime of an access token in seconds. */
  lifetime: number;
  bySecret: ProveBySecret;
  byKey: ProveByKey;
  byTrust: ProveByTrust;
  /** The issuers of workloads that the operator trusts. */
  workloadIssuers: ReadonlySet<string>;
  limits: MachineLimits;
  /** The origins whose pages may request tokens from a browser. */
  corsOrigins: string[];
  onAuthenticated: (credential: Credential) => void;
  onIssued: (credential: Credential) => void;
  onRefusal: (refusal: Refusal) => void;
  /** @param endpoint undefined if the path belongs to no endpoint */
  onOutcome: (endpoint: EndpointName | undefined, outcome: Outcome) => void;
  log: Logger;
}

export interface OAuthServer {
  /** Returns whether a path belongs to this server. */
  owns(path: string): boolean;
  handle(path: string, request: IncomingMessage, response: ServerResponse): void;
}

interface Endpoint {
  name: EndpointName;
  methods: readonly string[];
  /** Adds the headers for browsers, and responds to their preflight requests. */
  allowOrigins: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  handle: RequestListener;
}

/** The response headers that a page of an allowed origin may read. */
const exposedHeaders = ['x-request-id', 'www-authenticate', 'ratelimit-policy', 'ratelimit', 'retry-after'];
/** The number of seconds for which a browser may keep the response to a preflight request. */
const preflightMaxAge = 7200;

/**
 * Creates the OAuth 2.0 server for machines. Requests do not pass through Express, because Express would take longer
 * than issuing a token.
 * @param url the URL of the gateway for its users
 */
export function createOAuthServer(url: string, parts: OAuthServerParts): OAuthServer {
  const { pool, keys, sign, chooseTargets, lifetime, corsOrigins, onOutcome, log } = parts;
  const issuer = issuerOf(url);
  const verify = createTokenVerifier(issuer, keys);
  const issue = createTokenIssuer(issuer, lifetime, sign);
  const respondToForm = createFormRequests({
    ...parts,
    issuer,
    limitAddress: parts.limits.address,
    authenticate: createClientAuthentication(
      createProofReader({ ...parts, audiences: audiencesOf(issuer) }),
      parts.limits,
    ),
  });

  const form = (name: FormEndpoint['name'], respond: Respond): Endpoint => {
    const endpoint = { name, respond };
    return {
      name,
      methods: ['POST'],
      allowOrigins: allow({ origin: corsOrigins, methods: 'POST' }),
      handle: (request, response) => {
        respondToForm(endpoint, request, response).catch((error) => {
          log.error({ err: error, requestId: request.requestId }, 'OAuth response could not be sent');
          response.destroy();
        });
      },
    };
  };
  // Pages of every origin may read the documents.
  const document = (name: 'jwks' | 'metadata', serve: RequestListener): Endpoint => ({
    name,
    methods: ['GET', 'HEAD'],
    allowOrigins: allow({ origin: '*', methods: 'GET, HEAD' }),
    handle: (request, response) => {
      const start = performance.now();
      serve(request, response);
      onOutcome(name, { code: 'OK', seconds: (performance.now() - start) / 1000 });
    },
  });
  const metadata = serverMetadata(issuer, parts.workloadIssuers.size > 0);
  const metadataDocument = document(
    'metadata',
    serveDocument(() => metadata),
  );
  const endpoints = new Map<string, Endpoint>([
    [`/oauth2${paths.token}`, form('token', createTokenEndpoint(chooseTargets, issue, parts.onIssued))],
    [`/oauth2${paths.introspection}`, form('introspect', createIntrospection(pool, verify))],
    [`/oauth2${paths.revocation}`, form('revoke', createRevocation(pool, verify))],
    [`/oauth2${paths.jwks}`, document('jwks', serveDocument(keys.jwks, 'application/jwk-set+json'))],
    ...wellKnown(issuer).map((path): [string, Endpoint] => [path, metadataDocument]),
  ]);

  const handle = (endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): void => {
    const { name, methods, allowOrigins } = endpoint;
    const { method = '' } = request;
    if (methods.includes(method)) {
      allowOrigins(request, response, () => endpoint.handle(request, response));
      return;
    }
    response.setHeader('allow', [...methods, 'OPTIONS'].join(', '));
    if (method === 'OPTIONS') {
      response.setHeader('cache-control', 'no-store');
      allowOrigins(request, response, () => response.writeHead(204).end());
      return;
    }
    allowOrigins(request, response, () => sendError(response, wrongMethod));
    onOutcome(name, { code: wrongMethod.code, seconds: 0 });
  };

  return {
    owns: (path) => path.startsWith('/oauth2/') || path === '/oauth2' || endpoints.has(path),
    handle: (path, request, response) => {
      const endpoint = endpoints.get(path);
      if (endpoint) handle(endpoint, request, response);
      else {
        const error = path === `/oauth2${paths.authorization}` ? noAuthorization : noEndpoint;
        sendError(response, error);
        onOutcome(undefined, { code: error.code, seconds: 0 });
      }
    },
  };
}

/** Creates the function that decides which pages may read a response. */
function allow(options: { origin: '*' | string[]; methods: string }): Endpoint['allowOrigins'] {
  if (options.origin.length === 0) return (_request, _response, next) => next();
  return cors({ ...options, exposedHeaders, maxAge: preflightMaxAge }) as never;
}

/** The only response of the authorization endpoint (RFC 6749, section 4.1.2.1). It redirects nobody to a client. */
const noAuthorization = new OAuthError(
  400,
  'unsupported_response_type',
  'only machines authenticate here; use the token endpoint with the grant type client_credentials',
);
const noEndpoint = invalidRequest('this endpoint does not exist', 404);
const wrongMethod = invalidRequest(
  'this endpoint does not support the request method; the allow header lists the methods it supports',
  405,
);
