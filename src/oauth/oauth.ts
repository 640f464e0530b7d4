import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';
import { createEndpoints, type Endpoint } from './endpoints.js';
import { createListener, type ListenerParts } from './listener.js';
import { issuerOf } from './token-rules.js';

export interface OAuthParts extends ListenerParts {
  /** Whose pages may ask for tokens from a browser. */
  corsOrigins: string[];
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
  const { keys, corsOrigins, onOutcome } = parts;
  let library = createListener(url, parts);
  keys.onChange(() => {
    library = createListener(url, parts);
  });
  const endpoints = createEndpoints({
    issuer: issuerOf(url),
    jwks: () => keys.jwks(),
    library: (request, response) => library(request, response),
  });
  const allowPages = cors({ origin: corsOrigins, methods: 'POST' });

  function answer(endpoint: Endpoint | undefined, request: IncomingMessage, response: ServerResponse): void {
    const fault = faultOf(endpoint, request);
    if (fault) refuse(response, fault);
    else endpoint?.handle(request, response);
    // The library tells of the others.
    if (fault || endpoint?.method === 'GET') {
      onOutcome({ endpoint: endpoint?.name, code: fault ? invalid : 'OK', seconds: 0 });
    }
  }

  return {
    owns: (path) => path.startsWith('/oauth2/') || path === '/oauth2' || endpoints.has(path),
    handle: (path, request, response) => {
      const endpoint = endpoints.get(path);
      const go = () => answer(endpoint, request, response);
      if (endpoint?.method !== 'POST' || corsOrigins.length === 0) go();
      else allowPages(request as never, response as never, go);
    },
  };
}

const invalid = 'invalid_request';

interface Fault {
  status: number;
  description: string;
  headers?: Record<string, string>;
}

function faultOf(endpoint: Endpoint | undefined, { method = '' }: IncomingMessage): Fault | undefined {
  if (!endpoint) return { status: 404, description: 'there is no such endpoint' };
  const allowed = endpoint.method === 'GET' ? ['GET', 'HEAD'] : [endpoint.method];
  if (allowed.includes(method)) return undefined;
  return {
    status: 405,
    description: 'this endpoint does not answer to that method',
    headers: { allow: allowed.join(', ') },
  };
}

/** In the form of every other error (RFC 6749, section 5.2). */
function refuse(response: ServerResponse, { status, description, headers }: Fault): void {
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    })
    .end(JSON.stringify({ error: invalid, error_description: description }));
}
