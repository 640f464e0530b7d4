import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ClientCredentialsProvider,
  PrivateKeyJwtProvider,
} from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { setAudience } from '../../features/audiences/audience-calls.js';
import { type Somebody, somebody } from '../../harness/admin.js';
import type { Gateway } from '../../harness/gateway.js';
import { startAtOwnUrl } from '../../harness/own-url.js';
import { type KeyMachine, keyMachine } from './assertions.js';
import { basic, decode, getToken, machine, post } from './machine.js';
import { startToolServer, type ToolServer } from './mcp-server.js';

let gateway: Gateway;
let issuer: string;
let admin: Somebody;
/** It has the permission `tools:read` and another one. */
let one: KeyMachine;
/** A server below a path, one at the root of its origin, and another that takes a permission that nobody has. */
let servers: { atPath: ToolServer; atRoot: ToolServer; strict: ToolServer };
beforeAll(async () => {
  gateway = await startAtOwnUrl();
  issuer = `${gateway.url}/oauth2`;
  await gateway.sql(
    `insert into permission (name, description) values ('tools:read', ''), ('tools:write', '')`,
  );
  admin = await somebody(gateway);
  one = await keyMachine(gateway, 'ES256', { permissions: ['api:read', 'tools:read'] }, admin);
  servers = {
    atPath: await startToolServer(issuer, '/mcp', ['tools:read']),
    atRoot: await startToolServer(issuer, '', ['tools:read']),
    strict: await startToolServer(issuer, '/mcp', ['tools:write']),
  };
  const owner = await somebody(gateway, admin.tenant, 'super_admin');
  const permissions = ['tools:read', 'tools:write'];
  // The audience of a server at the root is without the path / that the clients send.
  for (const uri of [servers.atPath.url.href, servers.atRoot.url.origin, servers.strict.url.href])
    await setAudience(owner, { uri, permissions, tenantId: admin.tenant });
});
afterAll(async () => {
  for (const server of Object.values(servers)) await server.close();
  await gateway.close();
});

const providers = {
  client_secret_basic: () => {
    const { clientId, clientSecret } = one;
    return new ClientCredentialsProvider({ clientId, clientSecret, expectedIssuer: issuer });
  },
  private_key_jwt: () =>
    new PrivateKeyJwtProvider({
      clientId: one.clientId,
      privateKey: one.privateKey.export({ format: 'jwk' }),
      algorithm: 'ES256',
      expectedIssuer: issuer,
    }),
};

/** Connects a client that knows nothing but the URL of the server and its own credentials. */
async function connect({ url }: ToolServer, authProvider = providers.client_secret_basic()) {
  const requests: string[] = [];
  const client = new Client({ name: 'agent', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(url, {
    authProvider,
    fetch: async (target, init) => {
      const response = await fetch(target, init);
      requests.push(`${init?.method ?? 'GET'} ${target} ${response.status}`);
      return response;
    },
  });
  await client.connect(transport as Transport);
  return { client, requests, token: authProvider.tokens()?.access_token ?? '' };
}

describe.each(['client_secret_basic', 'private_key_jwt'] as const)(
  'the client of the SDK with %s',
  (method) => {
    test.each(['atPath', 'atRoot'] as const)(
      'finds out everything from the server %s, and calls its tool',
      async (place) => {
        const server = servers[place];
        const { href, origin, pathname } = server.url;
        const { client, requests, token } = await connect(server, providers[method]() as never);
        expect(requests.slice(0, 5)).toEqual([
          `POST ${href} 401`,
          `GET ${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname} 200`,
          `GET ${gateway.url}/.well-known/oauth-authorization-server/oauth2 200`,
          `POST ${issuer}/token 200`,
          `POST ${href} 200`,
        ]);
        const { content } = await client.callTool({ name: 'whoami' });
        expect(content).toEqual([{ type: 'text', text: `${one.clientId} ${admin.tenant} tools:read` }]);
        const aud = place === 'atRoot' ? origin : href;
        expect(decode(token).payload).toMatchObject({ iss: issuer, aud, scope: 'tools:read' });
        await client.close();
      },
    );
  },
);

const call = async ({ url }: ToolServer, token: string) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  return { status: response.status, challenge: response.headers.get('www-authenticate') };
};

test('a server rejects the token for another server, for no server, and of another issuer', async () => {
  const { atPath, atRoot } = servers;
  const own = await getToken(gateway, one, { resource: atPath.url.href });
  expect((await call(atPath, own)).status).toBe(200);
  for (const token of [
    await getToken(gateway, one, { resource: atRoot.url.href }),
    await getToken(gateway, one),
    await gateway.issuer.sign({ aud: atPath.url.href }),
  ]) {
    const { status, challenge } = await call(atPath, token);
    expect(status).toBe(401);
    expect(challenge).toMatch(/^Bearer error="invalid_token"/);
  }
});

test('a token for two servers works at both', async () => {
  const { atPath, atRoot, strict } = servers;
  const params = [atPath, atRoot].map(({ url }): [string, string] => ['resource', url.href]);
  const headers = { authorization: basic(one) };
  const { body } = await post(gateway, 'token', [['grant_type', 'client_credentials'], ...params], headers);
  const answers = [atPath, atRoot, strict].map((server) => call(server, body.access_token));
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 401]);
});

test('a token without the permission gets 403, and the client says so', async () => {
  const token = await getToken(gateway, one, { resource: servers.strict.url.href });
  const { status, challenge } = await call(servers.strict, token);
  expect(status).toBe(403);
  expect(challenge).toMatch(/^Bearer error="insufficient_scope", .*scope="tools:write"/);
  await expect(connect(servers.strict)).rejects.toMatchObject({ code: 403 });
});

test('the machine of another tenant gets no token for the server', async () => {
  const other = await machine(gateway, { permissions: ['tools:read'] });
  const provider = new ClientCredentialsProvider({ ...other, expectedIssuer: issuer });
  await expect(connect(servers.atPath, provider)).rejects.toThrow(/^each resource must be an audience/);
});

test('a machine of the tenant without a permission that the server knows gets none, either', async () => {
  const other = await machine(gateway, { permissions: ['api:read'] }, admin);
  const provider = new ClientCredentialsProvider({ ...other, expectedIssuer: issuer });
  await expect(connect(servers.atPath, provider)).rejects.toThrow(/^each resource must be an audience/);
});
