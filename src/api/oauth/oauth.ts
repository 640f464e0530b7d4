import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';
import { issuerOf } from '../../platform/auth/access-token-settings.js';
import { headerFault } from '../../platform/http/single-headers.js';
import { createEndpoints, type Endpoint } from './endpoints.js';
import { createListener, type ListenerParts } from './listener.js';
import { readForm } from './read-form.js';
import { type Fault, refusalCode, refuse } from './refuse.js';

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
  const allowPages = cors({ origin: corsOrigins, methods: 'POST', exposedHeaders });

  function answer(endpoint: Endpoint | undefined, request: IncomingMessage, response: ServerResponse): void {
    const begin = performance.now();
    const tell = (code: string) => {
      onOutcome({ endpoint: endpoint?.name, code, seconds: (performance.now() - begin) / 1000 });
    };
    const refuseFor = (fault: Fault) => {
      refuse(response, fault);
      tell(refusalCode);
    };
    const fault = faultOf(endpoint, request);
    if (fault || !endpoint) {
      refuseFor(fault ?? noEndpoint);
    } else if (endpoint.method === 'GET') {
      endpoint.handle(request, response);
      tell('OK');
    } else {
      // The library tells what comes of it.
      const go = (formFault?: Fault) =>
        formFault ? refuseFor(formFault) : endpoint.handle(request, response);
      readForm(request, response, go);
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

/** What a page of a named origin may read of an answer, beside its body. */
const exposedHeaders = ['x-request-id', 'www-authenticate', 'retry-after'];

const noEndpoint: Fault = { status: 404, description: 'there is no such endpoint' };

function faultOf(endpoint: Endpoint | undefined, request: IncomingMessage): Fault | undefined {
  if (!endpoint) return noEndpoint;
  const allowed = endpoint.method === 'GET' ? ['GET', 'HEAD'] : [endpoint.method];
  if (!allowed.includes(request.method ?? '')) {
    return {
      status: 405,
      description: 'this endpoint does not answer to that method',
      headers: { allow: allowed.join(', ') },
    };
  }
  const header = headerFault(request);
  if (header) return { status: 400, description: header.join(': ') };
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding === 'identity') return undefined;
  return { status: 415, description: 'the content-encoding is not supported' };
}
