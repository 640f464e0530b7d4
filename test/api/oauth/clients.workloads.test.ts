import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import type { Gateway } from '../../harness/gateway.js';
import { startAtOwnUrl } from '../../harness/own-url.js';
import { assertionType } from './assertions.js';
import { type TrustingMachine, trustingMachine, workloadToken } from './workloads.js';

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessToken = 'urn:ietf:params:oauth:token-type:access_token';

let gateway: Gateway;
let issuer: URL;
beforeAll(async () => {
  gateway = await startAtOwnUrl();
  issuer = new URL(`${gateway.url}/oauth2`);
});
afterAll(() => gateway.close());

const discoveries = ['oidc', 'oauth2'] as const;
const granted = { token_type: 'bearer', expires_in: expect.any(Number), scope: 'api:read' };
/** A token exchange says in addition what it has issued (RFC 8693, section 2.2.1). */
const exchanged = { ...granted, issued_token_type: accessToken };

/** Creates an account, and a token of the workload that it trusts. */
async function setUp() {
  const one = await trustingMachine(gateway, {}, { permissions: ['api:read', 'oauth:introspect'] });
  return { one, token: await workloadToken(gateway.workloads, one, { aud: issuer.href }) };
}

/** Authenticates with an assertion that the library has not signed itself. */
const presenting =
  (assertion: string): client.ClientAuth & oauth.ClientAuth =>
  (_server: unknown, { client_id }: { client_id: string }, body: URLSearchParams) => {
    body.set('client_id', client_id);
    body.set('client_assertion', assertion);
    body.set('client_assertion_type', assertionType);
  };

const subject = (token: string) => ({
  subject_token: token,
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  scope: 'api:read',
});

const active = ({ clientId, id, trustId }: TrustingMachine) => ({
  active: true,
  client_id: clientId,
  sub: id,
  credential_id: trustId,
});

describe.each(discoveries)('openid-client, after discovery by %s', (algorithm) => {
  const discover = ({ clientId }: TrustingMachine, auth: client.ClientAuth) =>
    client.discovery(issuer, clientId, undefined, auth, {
      algorithm,
      execute: [client.allowInsecureRequests],
    });

  test('gets an access token with the assertion of a workload, asks about it and revokes it', async () => {
    const { one, token } = await setUp();
    const config = await discover(one, presenting(token));
    const { access_token, ...rest } = await client.clientCredentialsGrant(config, { scope: 'api:read' });
    expect(rest).toMatchObject(granted);
    expect(await client.tokenIntrospection(config, access_token)).toMatchObject(active(one));
    await client.tokenRevocation(config, access_token);
    expect(await client.tokenIntrospection(config, access_token)).toEqual({ active: false });
  });

  test('exchanges the token of a workload', async () => {
    const { one, token } = await setUp();
    const config = await discover(one, client.None());
    expect(config.serverMetadata().grant_types_supported).toContain(exchange);
    const { access_token, ...rest } = await client.genericGrantRequest(config, exchange, subject(token));
    expect(rest).toMatchObject(exchanged);
    const asker = await discover(one, presenting(token));
    expect(await client.tokenIntrospection(asker, access_token)).toMatchObject(active(one));
  });
});

describe.each(discoveries)('oauth4webapi, after discovery by %s', (algorithm) => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const discover = async () =>
    oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...insecure }));

  async function introspect(
    server: oauth.AuthorizationServer,
    one: TrustingMachine,
    by: string,
    token: string,
  ) {
    const self = { client_id: one.clientId };
    const response = await oauth.introspectionRequest(server, self, presenting(by), token, insecure);
    return oauth.processIntrospectionResponse(server, self, response);
  }

  test('gets an access token with the assertion of a workload, asks about it and revokes it', async () => {
    const { one, token } = await setUp();
    const [server, self, auth] = [await discover(), { client_id: one.clientId }, presenting(token)];
    const { access_token, ...rest } = await oauth.processClientCredentialsResponse(
      server,
      self,
      await oauth.clientCredentialsGrantRequest(server, self, auth, { scope: 'api:read' }, insecure),
    );
    expect(rest).toMatchObject(granted);
    expect(await introspect(server, one, token, access_token)).toMatchObject(active(one));
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, self, auth, access_token, insecure),
    );
    expect(await introspect(server, one, token, access_token)).toEqual({ active: false });
  });

  test('exchanges the token of a workload', async () => {
    const { one, token } = await setUp();
    const [server, self] = [await discover(), { client_id: one.clientId }];
    const { access_token, ...rest } = await oauth.processGenericTokenEndpointResponse(
      server,
      self,
      await oauth.genericTokenEndpointRequest(server, self, oauth.None(), exchange, subject(token), insecure),
    );
    expect(rest).toMatchObject(exchanged);
    expect(await introspect(server, one, token, access_token)).toMatchObject(active(one));
  });
});
