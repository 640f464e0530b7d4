import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { metadataOf } from './metadata.js';
import { paths } from './paths.js';

/** Where a client looks for the server's metadata: below the issuer, and, by RFC 8414, section 3.1, before its path. */
const wellKnown = {
  openId: '/.well-known/openid-configuration',
  oauth: '/.well-known/oauth-authorization-server',
};

/** Seconds for which a document may be kept. A key is published for longer before it is used. */
export const documentMaxAge = 300;

export interface Endpoint {
  /** For figures. */
  name: 'token' | 'introspect' | 'revoke' | 'jwks' | 'metadata';
  method: 'GET' | 'POST';
  handle: RequestListener;
}

interface Parts {
  issuer: string;
  jwks: () => object;
  /** It sees no more than the path below the issuer. */
  library: RequestListener;
}

/** Every path that is answered, and nothing else of what the library would answer. */
export function createEndpoints({ issuer, jwks, library }: Parts): Map<string, Endpoint> {
  const metadata = JSON.stringify(metadataOf(issuer));
  const issuerPath = new URL(issuer).pathname;
  const document: Endpoint = { name: 'metadata', method: 'GET', handle: json(() => metadata) };
  const post = (name: Endpoint['name'], path: string): [string, Endpoint] => [
    `/oauth2${path}`,
    { name, method: 'POST', handle: noStore(at(path, library)) },
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
    // Where a proxy has the gateway below a path.
    [wellKnown.oauth + issuerPath, document],
    [wellKnown.openId + issuerPath, document],
  ]);
}

/** Public, so that pages of every origin may read it. */
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

/** RFC 6749, section 5.1. */
const noStore =
  (handle: RequestListener): RequestListener =>
  (request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('pragma', 'no-cache');
    handle(request, response);
  };

/**
 * The library would refuse a page's request by an Origin that it is not told of: whose may read is decided before. And
 * an error is JSON whatever is acceptable, of which a long list takes it longer than all the rest.
 */
const at =
  (path: string, handle: RequestListener): RequestListener =>
  (request: IncomingMessage, response: ServerResponse) => {
    request.url = path;
    delete request.headers.origin;
    request.headers.accept = 'application/json';
    handle(request, response);
  };
