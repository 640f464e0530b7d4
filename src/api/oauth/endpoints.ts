import type { RequestListener } from 'node:http';
import { paths, serverMetadata } from './server-metadata.js';

/**
 * The well-known paths of the metadata. Clients look for them below the issuer, or in front of the issuer's path (RFC
 * 8414, section 3.1).
 */
const wellKnown = {
  openId: '/.well-known/openid-configuration',
  oauth: '/.well-known/oauth-authorization-server',
};

/**
 * The number of seconds for which clients may cache a document. A key is published for longer than that before it
 * signs.
 */
const documentMaxAge = 300;

export interface Endpoint {
  /** The name of the endpoint in the metrics. */
  name: 'token' | 'introspect' | 'revoke' | 'jwks' | 'metadata';
  method: 'GET' | 'POST';
  handle: RequestListener;
}

interface EndpointParts {
  issuer: string;
  jwks: () => object;
  /** Handles requests with oidc-provider. Their URL must be the path below the issuer. */
  handleByProvider: RequestListener;
}

/** Lists the paths of all endpoints. No other endpoint of oidc-provider is reachable. */
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
      { name: 'jwks', method: 'GET', handle: json(textOf(jwks), 'application/jwk-set+json') },
    ],
    [`/oauth2${wellKnown.openId}`, document],
    [`/oauth2${wellKnown.oauth}`, document],
    [`${wellKnown.oauth}/oauth2`, document],
    [`${wellKnown.openId}/oauth2`, document],
    // A proxy may serve the gateway below a path. The issuer then contains this path.
    [wellKnown.oauth + issuerPath, document],
    [wellKnown.openId + issuerPath, document],
  ]);
}

/** Responds with a public document, which pages of every origin may read. */
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

/** Writes a document as JSON, and writes it again only when it is another document. */
function textOf(document: () => object): () => string {
  let written: { document: object; text: string } | undefined;
  return () => {
    const current = document();
    if (written?.document !== current) written = { document: current, text: JSON.stringify(current) };
    return written.text;
  };
}

/** Forbids caches to store the response (RFC 6749, section 5.1). */
const noStore =
  (handle: RequestListener): RequestListener =>
  (request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('pragma', 'no-cache');
    handle(request, response);
  };

/**
 * Forwards a request to oidc-provider without its Origin and Accept headers. oidc-provider would reject an Origin that
 * is not registered with it, but oauth-server.ts has already decided which pages may read the response. oidc-provider
 * would also search a long Accept header for the media type of errors. That takes longer than everything else, and the
 * errors are always JSON.
 */
const forward =
  (path: string, handleByProvider: RequestListener): RequestListener =>
  (request, response) => {
    request.url = path;
    delete request.headers.origin;
    request.headers.accept = 'application/json';
    handleByProvider(request, response);
  };
