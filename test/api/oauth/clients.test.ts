import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { setAudience } from '../../features/audiences/audience-calls.js';
import { somebody } from '../../harness/admin.js';
import type { Gateway } from '../../harness/gateway.js';
import { startAtOwnUrl } from '../../harness/own-url.js';
import { decode, type Machine, machine, post } from './machine.js';

let gateway: Gateway;
/** An account that may introspect the tokens of its tenant, including its own. */
let one: Machine;
let issuer: URL;
beforeAll(async () => {
  gateway = await startAtOwnUrl();
  one = await machine(gateway, { permissions: ['api:read', 'oauth:introspect'] });
  issuer = new URL(`${gateway.url}/oauth2`);
});
afterAll(() => gateway.close());

const active = () => ({
  active: true,
  scope: 'api:read',
  client_id: one.clientId,
  sub: one.id,
  aud: `${gateway.url}/api`,
  iss: issuer.href,
  token_type: 'Bearer',
  tenant_id: one.admin.tenant,
});

describe.each(['oidc', 'oauth2'] as const)('openid-client, which discovers by %s', (algorithm) => {
  test.each([
    ['client_secret_basic', client.ClientSecretBasic],
    ['client_secret_post', client.ClientSecretPost],
  ])('gets a token, asks about it and revokes it with %s', async (_method, by) => {
    const config = await client.discovery(issuer, one.clientId, undefined, by(one.clientSecret), {
      algorithm,
      execute: [client.allowInsecureRequests],
    });
    const { access_token, ...rest } = await client.clientCredentialsGrant(config, { scope: 'api:read' });
    // The client library writes the token type in lower case.
    expect(rest).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'api:read' });
    expect(await client.tokenIntrospection(config, access_token)).toMatchObject(active());
    await client.tokenRevocation(config, access_token);
    expect(await client.tokenIntrospection(config, access_token)).toEqual({ active: false });
  });
});

test('openid-client learns what was wrong', async () => {
  const discover = (secret: string) =>
    client.discovery(issuer, one.clientId, secret, undefined, { execute: [client.allowInsecureRequests] });
  await expect(client.clientCredentialsGrant(await discover('wrong'))).rejects.toMatchObject({
    status: 401,
    cause: [{ scheme: 'basic', parameters: { realm: issuer.href } }],
  });
  const config = await discover(one.clientSecret);
  await expect(client.clientCredentialsGrant(config, { scope: 'api:fly' })).rejects.toMatchObject({
    status: 400,
    error: 'invalid_scope',
    error_description: 'the service account does not have these permissions: api:fly',
  });
});

describe.each(['oidc', 'oauth2'] as const)('oauth4webapi, which discovers by %s', (algorithm) => {
  test.each([
    ['client_secret_basic', oauth.ClientSecretBasic],
    ['client_secret_post', oauth.ClientSecretPost],
  ])('gets a token, asks about it and revokes it with %s', async (_method, by) => {
    const insecure = { [oauth.allowInsecureRequests]: true };
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm, ...insecure }),
    );
    const self = { client_id: one.clientId };
    const auth = by(one.clientSecret);
    const granted = await oauth.processClientCredentialsResponse(
      server,
      self,
      await oauth.clientCredentialsGrantRequest(server, self, auth, { scope: 'api:read' }, insecure),
    );
    const token = granted.access_token;
    expect(granted).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'api:read' });
    const ask = async () =>
      oauth.processIntrospectionResponse(
        server,
        self,
        await oauth.introspectionRequest(server, self, auth, token, insecure),
      );
    expect(await ask()).toMatchObject(active());
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, self, auth, token, insecure));
    expect(await ask()).toEqual({ active: false });
  });
});

test('oauth4webapi takes the access token for one of RFC 9068, by the keys that it finds', async () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  const self = { client_id: one.clientId };
  const { access_token } = await oauth.processClientCredentialsResponse(
    server,
    self,
    await oauth.clientCredentialsGrantRequest(
      server,
      self,
      oauth.ClientSecretPost(one.clientSecret),
      {},
      insecure,
    ),
  );
  const request = new Request('https://api.example.com/', {
    headers: { authorization: `Bearer ${access_token}` },
  });
  const claims = await oauth.validateJwtAccessToken(server, request, `${gateway.url}/api`, insecure);
  expect(claims).toMatchObject({ sub: one.id, client_id: one.clientId, scope: 'api:read oauth:introspect' });
  await expect(
    oauth.validateJwtAccessToken(server, request, 'https://other.example.com', insecure),
  ).rejects.toThrow(/aud/);
});

const audiences = ['https://orders.example.com', 'https://mcp.example.com/tools'] as [string, string];
const namesOf = (uris: string[]) =>
  new URLSearchParams(uris.map((uri): [string, string] => ['resource', uri]));
const setAudiences = async () => {
  const owner = await somebody(gateway, one.admin.tenant, 'super_admin');
  for (const uri of audiences) await setAudience(owner, { uri });
};

test('openid-client gets a token for an audience, and for several', async () => {
  await setAudiences();
  const by = client.ClientSecretBasic(one.clientSecret);
  const config = await client.discovery(issuer, one.clientId, undefined, by, {
    execute: [client.allowInsecureRequests],
  });
  const [resource, ...others] = audiences;
  const single = await client.clientCredentialsGrant(config, { resource });
  expect(single.scope).toBe('api:read');
  expect(decode(single.access_token).payload).toMatchObject({ aud: resource, scope: 'api:read' });
  const several = namesOf([resource, ...others]);
  const { access_token } = await client.clientCredentialsGrant(config, several);
  expect(await client.tokenIntrospection(config, access_token)).toMatchObject({
    active: true,
    aud: audiences,
  });
  await expect(
    client.clientCredentialsGrant(config, { resource: 'https://other.example.com' }),
  ).rejects.toMatchObject({ status: 400, error: 'invalid_target' });
});

test('oauth4webapi gets a token for several audiences, and each of them accepts it', async () => {
  await setAudiences();
  const insecure = { [oauth.allowInsecureRequests]: true };
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  const self = { client_id: one.clientId };
  const auth = oauth.ClientSecretBasic(one.clientSecret);
  const wanted = namesOf(audiences);
  const { access_token } = await oauth.processClientCredentialsResponse(
    server,
    self,
    await oauth.clientCredentialsGrantRequest(server, self, auth, wanted, insecure),
  );
  const request = new Request('https://api.example.com/', {
    headers: { authorization: `Bearer ${access_token}` },
  });
  for (const audience of audiences) {
    const claims = await oauth.validateJwtAccessToken(server, request, audience, insecure);
    expect(claims).toMatchObject({ aud: audiences, scope: 'api:read' });
  }
  await expect(oauth.validateJwtAccessToken(server, request, `${gateway.url}/api`, insecure)).rejects.toThrow(
    /aud/,
  );
});

test('a client that writes every character of its credentials with a percent sign is the same one', async () => {
  const encoded = (text: string) => Buffer.from(text).toString('hex').replace(/../g, '%$&');
  const plain = `${encoded(one.clientId)}:${encoded(one.clientSecret)}`;
  const headers = { authorization: `Basic ${Buffer.from(plain).toString('base64')}` };
  const granted = await post(gateway, 'token', { grant_type: 'client_credentials' }, headers);
  const token = granted.body.access_token;
  const ask = async () => (await post(gateway, 'introspect', { token }, headers)).body.active;
  expect(await ask()).toBe(true);
  expect((await post(gateway, 'revoke', { token }, headers)).status).toBe(200);
  expect(await ask()).toBe(false);
});
