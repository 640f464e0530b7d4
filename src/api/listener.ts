import type { IncomingMessage, RequestListener } from 'node:http';
import type { Logger } from 'pino';
import { withoutBasePath } from '../platform/http/base-path.js';
import { limitUnread } from '../platform/http/body-limit.js';
import { FairTurns } from '../platform/http/fair-turns.js';
import type { securityHeaders } from '../platform/http/security-headers.js';
import { networkOf } from '../platform/rate-limits/network.js';
import type { GraphqlEndpoint } from './graphql/endpoint.js';
import type { OAuthServer } from './oauth/oauth-server.js';
import type { Health } from './ops/health.js';
import { logRequests } from './ops/request-log.js';

interface ListenerParts {
  /** The Express app, which handles all other requests. */
  app: RequestListener;
  oauth: Pick<OAuthServer, 'owns' | 'handle'>;
  graphql: GraphqlEndpoint;
  health: Health;
  headers: ReturnType<typeof securityHeaders>;
  addressOf: (request: IncomingMessage) => string | null;
  /** The path below which a proxy serves the gateway, or an empty text. */
  basePath: string;
  log: Logger;
}

/**
 * Creates the listener for all requests. They wait for their turn. Those for the OAuth 2.0 server, of load
 * balancers and with GraphQL operations bypass Express, because Express would take longer than issuing a token.
 */
export function createListener({
  app,
  oauth,
  graphql,
  health,
  headers,
  addressOf,
  basePath,
  log,
}: ListenerParts): RequestListener {
  const turns = new FairTurns();
  const logRequest = logRequests(log, addressOf);
  const start: RequestListener = (request, response) => {
    const path = pathOf(request);
    if (oauth.owns(path)) {
      headers.setForMachines(response);
      oauth.handle(path, request, response);
    } else {
      headers.set(response);
      if (graphql.owns(request)) graphql.handle(request, response);
      else if (health.owns(path, request)) void health.handle(path, request, response);
      else app(request, response);
    }
  };
  return (request, response) => {
    const { url: sentUrl = '' } = request;
    request.url = withoutBasePath(sentUrl, basePath);
    logRequest(request, response, sentUrl);
    limitUnread(request, response);
    turns.take(networkOf(request.clientAddress), String(request.headers['x-tenantid'] ?? ''), () => {
      if (!request.socket.destroyed) start(request, response);
    });
  };
}

/** Returns the path of a request. The request line may contain a full URL (RFC 9112, section 3.2.2). */
function pathOf({ url = '' }: IncomingMessage): string {
  const target = url.startsWith('/') ? url : URL.canParse(url) ? new URL(url).pathname : '';
  return target.split('?', 1)[0] ?? '';
}
