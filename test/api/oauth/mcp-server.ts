import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import type { OAuthTokenVerifier } from '@modelcontextprotocol/sdk/server/auth/provider.js';
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { OAuthMetadata } from '@modelcontextprotocol/sdk/shared/auth.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import express from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/**
 * The middleware of the SDK. It and express-oauth2-jwt-bearer, which other tests use, declare different types for
 * `request.auth`. TypeScript does not see the declaration of a module whose name it does not know.
 */
const bearerAuth: string = '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
const { requireBearerAuth }: { requireBearerAuth(options: object): express.RequestHandler } = await import(
  bearerAuth
);

/** A server of the Model Context Protocol that accepts the access tokens of a gateway for its own URL. */
export interface ToolServer {
  url: URL;
  close(): Promise<unknown>;
}

/**
 * Starts a server with one tool, `whoami`, which tells what the access token says.
 * @param issuer the issuer of the access tokens
 * @param path the path of the server, which is part of its audience
 * @param requiredScopes the permissions that each request takes
 */
export async function startToolServer(
  issuer: string,
  path: string,
  requiredScopes: string[],
): Promise<ToolServer> {
  const app = express();
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const resourceServerUrl = new URL(path, origin);
  const metadata = await fetch(`${issuer}/.well-known/oauth-authorization-server`);
  const oauthMetadata = (await metadata.json()) as OAuthMetadata;
  const bearer = requireBearerAuth({
    verifier: verifierOf(issuer, `${origin}${path}`),
    requiredScopes,
    expectedResource: resourceServerUrl,
    resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resourceServerUrl),
  });
  app.use(mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl, resourceName: 'Tools' }));
  app.post(resourceServerUrl.pathname, bearer, express.json(), async (request, response) => {
    const tools = createTools();
    // A transport without sessions is for one request only.
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    response.on('close', () => tools.close());
    await tools.connect(transport as Transport);
    await transport.handleRequest(request as IncomingMessage, response, request.body);
  });
  app.all(resourceServerUrl.pathname, bearer, (_request, response) => {
    response.status(405).end();
  });
  return {
    url: resourceServerUrl,
    close: () => {
      server.closeAllConnections();
      return once(server.close(), 'close');
    },
  };
}

/** Verifies access tokens with the published keys, as docs/mcp-servers.md shows. */
function verifierOf(issuer: string, audience: string): OAuthTokenVerifier {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const rules = {
    issuer,
    audience,
    typ: 'at+jwt',
    algorithms: ['ES256', 'EdDSA'],
    requiredClaims: ['exp', 'sub', 'client_id', 'tenant_id'],
  };
  return {
    verifyAccessToken: async (token) => {
      const { payload } = await jwtVerify<{ client_id: string; scope?: string; tenant_id: string }>(
        token,
        keys,
        rules,
      ).catch((error) => {
        throw new InvalidTokenError(error.code);
      });
      const { client_id: clientId, scope, exp: expiresAt, tenant_id: tenantId } = payload;
      const scopes = scope?.split(' ') ?? [];
      return { token, clientId, scopes, expiresAt, resource: new URL(audience), extra: { tenantId } };
    },
  };
}

function createTools(): McpServer {
  const tools = new McpServer({ name: 'tools', version: '1.0.0' });
  tools.registerTool('whoami', { description: 'Returns the client and its tenant' }, ({ authInfo }) => ({
    content: [
      {
        type: 'text',
        text: [authInfo?.clientId, authInfo?.extra?.tenantId, ...(authInfo?.scopes ?? [])].join(' '),
      },
    ],
  }));
  return tools;
}
