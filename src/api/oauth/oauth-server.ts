import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';
import type { Logger } from 'pino';
import { issuerOf } from '../../platform/auth/access-token-settings.js';
import { headerFault } from '../../platform/http/single-headers.js';
import { createEndpoints, type Endpoint } from './endpoints.js';
import { invalidRequest, type OAuthError, sendError } from './error-response.js';
import type { createProviderListener, ProviderParts } from './provider.js';
import { unexpected } from './provider-errors.js';
import { readForm } from './read-form.js';

interface OAuthServerParts extends ProviderParts {
  /** The origins whose pages may request tokens from a browser. */
  corsOrigins: string[];
}

export interface OAuthServer {
  /** Returns whether a path belongs to this server. */
  owns(path: string): boolean;
  handle(path: string, request: IncomingMessage, response: ServerResponse): void;
}

/** Creates the OAuth 2.0 server. @param url the URL of the gateway for its users */
type CreateOAuthServer = (url: string, parts: OAuthServerParts) => OAuthServer;

/**
 * Loads the OAuth 2.0 server. On older versions of Node, oidc-provider prints a warning while it loads. This function
 * writes the warning to the log instead, at the level debug, because the gateway supports these versions.
 */
export async function loadOAuthServer(log: Logger): Promise<CreateOAuthServer> {
  const { warn } = console;
  console.warn = (message: unknown) => log.debug({ warning: String(message) }, 'oidc-provider warned');
  try {
    const provider = await import('./provider.js');
    return (url, parts) => createOAuthServer(url, parts, provider.createProviderListener);
  } finally {
    console.warn = warn;
  }
}

/**
 * Creates the OAuth 2.0 server for machines. Requests do not pass through Express, because Express would take longer
 * than issuing a token.
 */
function createOAuthServer(
  url: string,
  parts: OAuthServerParts,
  create: typeof createProviderListener,
): OAuthServer {
  const { keys, corsOrigins, onOutcome, admission, log } = parts;
  let handleByProvider = create(url, parts);
  keys.onChange(() => {
    handleByProvider = create(url, parts);
  });
  const endpoints = createEndpoints({
    issuer: issuerOf(url),
    jwks: () => keys.jwks(),
    handleByProvider: (request, response) => handleByProvider(request, response),
  });
  const allowOrigins = cors({ origin: corsOrigins, methods: 'POST', exposedHeaders });

  function answer(endpoint: Endpoint | undefined, request: IncomingMessage, response: ServerResponse): void {
    const start = performance.now();
    const report = (code: string) => {
      onOutcome({ endpoint: endpoint?.name, code, seconds: (performance.now() - start) / 1000 });
    };
    const refuse = (error: OAuthError) => {
      sendError(response, error);
      report(error.error);
    };
    const handle = (error: OAuthError | undefined) => {
      if (error) refuse(error);
      else endpoint?.handle(request, response);
    };
    if (!endpoint) {
      refuse(noEndpoint);
    } else if (endpoint.method === 'GET') {
      const error = checkRequest(endpoint, request);
      handle(error);
      if (!error) report('OK');
    } else {
      // After a request has reached oidc-provider, request-outcome.ts reports the result.
      admit(endpoint, request, response)
        .then(handle)
        .catch((error) => {
          log.error({ err: error, requestId: request.requestId }, 'Unexpected server-side error');
          if (response.headersSent) response.destroy();
          else refuse(unexpected);
        });
    }
  }

  /** Checks a request and its limits, and reads its form. @returns the error to send, or undefined */
  async function admit(
    endpoint: Endpoint,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<OAuthError | undefined> {
    const error = (await admission.admitAddress(request, response)) ?? checkRequest(endpoint, request);
    if (error) return error;
    const form = await readForm(request, response);
    if (!Buffer.isBuffer(form)) return form;
    return admission.admitClient(request, response, form, endpoint.name === 'revoke');
  }

  return {
    owns: (path) => path.startsWith('/oauth2/') || path === '/oauth2' || endpoints.has(path),
    handle: (path, request, response) => {
      const endpoint = endpoints.get(path);
      const next = () => answer(endpoint, request, response);
      if (endpoint?.method !== 'POST' || corsOrigins.length === 0) next();
      else allowOrigins(request as never, response as never, next);
    },
  };
}

/** The response headers that a page of an allowed origin may read. */
const exposedHeaders = ['x-request-id', 'www-authenticate', 'ratelimit-policy', 'ratelimit', 'retry-after'];

const noEndpoint = invalidRequest(404, 'this endpoint does not exist');

/** Checks the method and the headers of a request. @returns the error to send, or undefined */
function checkRequest(endpoint: Endpoint, request: IncomingMessage): OAuthError | undefined {
  const allowed = endpoint.method === 'GET' ? ['GET', 'HEAD'] : [endpoint.method];
  if (!allowed.includes(request.method ?? '')) {
    return invalidRequest(
      405,
      'this endpoint does not support the request method; the allow header lists the methods it supports',
      { allow: allowed.join(', ') },
    );
  }
  const fault = headerFault(request);
  if (fault) return invalidRequest(400, fault.join(': '));
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  return encoding === 'identity'
    ? undefined
    : invalidRequest(415, 'the request body must not have a content-encoding');
}
