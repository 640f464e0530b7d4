import type { RequestListener } from 'node:http';
import { paths, serverMetadata } from './server-metadata.js';

/**
 * The well-known paths of the metadata. Clients look for them below the issuer, and, by RFC 8414, section 3.1, in front
 * of the issuer's path.
 */
const wellKnown = {
  openId: '/.well-known/openid-configuration',
  oauth: '/.well-known/oauth-authorization-server',
};

/** Seconds for which clients may cache a document. A key is published for longer than that before it signs. */
const documentMaxAge = 300;

export interface Endpoint {
  /** The name under which requests are counted. */
  name: 'token' | 'introspect' | 'revoke' | 'jwks' | 'metadata';
  method: 'GET' | 'POST';
  handle: RequestListener;
}

interface EndpointParts {
  issuer: string;
  jwks: () => object;
  /** Answers requests whose URL is the path below the issuer. */
  handleByProvider: RequestListener;
}

/** Lists every path that is answered. What else oidc-provider could answer is not reachable. */
export function createEndpoints({ issuer, jwks, handleByProvider }: EndpointParts): Map<string, Endpoint> {
  const metadata = JSON.stringify(serverMetadata(issuer));
  const issuerPath = new URL(issuer).pathname;
  const document: Endpoint = { name: 'metadata', method: 'GET', handle: json(() => metadata) };
  const post = (name: Endpoint['name'], path: string): [string, Endpoint] => [
    `/oauth2${path}`,
    { name, method: 'POST', handle: noStore(forward(path, handleByProvider)) },
  ];
  return new Map<string, Endpoint>([
    post('token', paths.token),
    post('introspect', paths.introspection),
    post('revoke', paths.revocation),
    [
      `/oauth2${paths.jwks}`,
      { name: 'jwks', method: 'GET', handle: json(() => JSON.stringify(jwks()), 'application/jwk-set+json') },
    ],
    [`/oauth2${wellKnown.openId}`, document],
    [`/oauth2${wellKnown.oauth}`, document],
    [`${wellKnown.oauth}/oauth2`, document],
    [`${wellKnown.openId}/oauth2`, document],
    // A proxy may serve the gateway below a path, which is then part of the issuer's.
    [wellKnown.oauth + issuerPath, document],
    [wellKnown.openId + issuerPath, document],
  ]);
}

/** Answers with a public document, which pages of every origin may read. */
const json =
  (body: () => string, type = 'application/json'): RequestListener =>
  (_request, response) => {
    const text = body();
    response
      .writeHead(200, {
        'content-type': type,
        'content-length': Buffer.byteLength(text),
        'cache-control': `public, max-age=${documentMaxAge}`,
        'access-control-allow-origin': '*',
      })
      .end(text);
  };

/** Forbids caches to store the answer (RFC 6749, section 5.1). */
const noStore =
  (handle: RequestListener): RequestListener =>
  (request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('pragma', 'no-cache');
    handle(request, response);
  };

/**
 * Forwards a request to the provider without two headers. The provider would refuse an Origin that is not registered
 * with it, while oauth-server.ts has decided already which pages may read the answer. And it would search a long Accept
 * header for the type of its errors, which takes longer than everything else, though they are JSON in any case.
 */
const forward =
  (path: string, handleByProvider: RequestListener): RequestListener =>
  (request, response) => {
    request.url = path;
    delete request.headers.origin;
    request.headers.accept = 'application/json';
    handleByProvider(request, response);
  };
