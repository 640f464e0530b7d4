import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CryptoKey, importJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import type { Gateway } from '../../harness/gateway.js';
import { startAtOwnUrl } from '../../harness/own-url.js';
import { type Algorithm, type KeyMachine, keyMachine } from './assertions.js';

let gateway: Gateway;
let issuer: URL;
beforeAll(async () => {
  gateway = await startAtOwnUrl();
  issuer = new URL(`${gateway.url}/oauth2`);
});
afterAll(() => gateway.close());

/** The libraries call the algorithm of Ed25519 keys by its name of RFC 9864, and not EdDSA. */
const algorithms = ['ES256', 'ES384', 'Ed25519', 'RS256', 'PS256'] as const;
const cases = (['oidc', 'oauth2'] as const).flatMap((discovery) =>
  algorithms.map((algorithm) => ({ discovery, algorithm })),
);

/** Creates an account that may introspect its own tokens, and what a library needs to sign as this account. */
async function setUp(algorithm: Algorithm) {
  const one = await keyMachine(gateway, algorithm, { permissions: ['api:read', 'oauth:introspect'] });
  const key = (await importJWK(one.privateKey.export({ format: 'jwk' }), algorithm)) as CryptoKey;
  /** The algorithms that the library has written into its assertions. */
  const written: unknown[] = [];
  const options = { [oauth.modifyAssertion]: (header: object) => void written.push(header) };
  return { one, key: { key, kid: one.kid }, options, written };
}

const active = (one: KeyMachine) => ({
  active: true,
  scope: 'api:read',
  client_id: one.clientId,
  sub: one.id,
  credential_id: one.keyId,
  tenant_id: one.admin.tenant,
});
/** The headers of the assertions at the four requests of a journey. */
const headers = (one: KeyMachine) => Array(4).fill({ alg: one.algorithm, kid: one.kid });
const granted = { token_type: 'bearer', expires_in: 600, scope: 'api:read' };

describe('with private_key_jwt, openid-client gets a token, asks about it and revokes it', () => {
  test.each(cases)('by $algorithm after discovery by $discovery', async ({ discovery, algorithm }) => {
    const { one, key, options, written } = await setUp(algorithm);
    const auth = client.PrivateKeyJwt(key, options);
    const config = await client.discovery(issuer, one.clientId, undefined, auth, {
      algorithm: discovery,
      execute: [client.allowInsecureRequests],
    });
    const { access_token, ...rest } = await client.clientCredentialsGrant(config, { scope: 'api:read' });
    expect(rest).toMatchObject(granted);
    expect(await client.tokenIntrospection(config, access_token)).toMatchObject(active(one));
    await client.tokenRevocation(config, access_token);
    expect(await client.tokenIntrospection(config, access_token)).toEqual({ active: false });
    expect(written).toEqual(headers(one));
  });
});

describe('with private_key_jwt, oauth4webapi gets a token, asks about it and revokes it', () => {
  test.each(cases)('by $algorithm after discovery by $discovery', async ({ discovery, algorithm }) => {
    const { one, key, options, written } = await setUp(algorithm);
    const insecure = { [oauth.allowInsecureRequests]: true };
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: discovery, ...insecure }),
    );
    const self = { client_id: one.clientId };
    const auth = oauth.PrivateKeyJwt(key, options);
    const { access_token: token, ...rest } = await oauth.processClientCredentialsResponse(
      server,
      self,
      await oauth.clientCredentialsGrantRequest(server, self, auth, { scope: 'api:read' }, insecure),
    );
    expect(rest).toMatchObject(granted);
    const ask = async () =>
      oauth.processIntrospectionResponse(
        server,
        self,
        await oauth.introspectionRequest(server, self, auth, token, insecure),
      );
    expect(await ask()).toMatchObject(active(one));
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, self, auth, token, insecure));
    expect(await ask()).toEqual({ active: false });
    expect(written).toEqual(headers(one));
  });
});

/** What else libraries write into aud: an assertion is for the server, whichever of its URLs name it. */
describe('the audience of an assertion is accepted as libraries write it', () => {
  test.each([
    ['openid-client 5.6 and oauth4webapi 2', ['', '/token']],
    ['openid-client 4', ['', '/token', '/introspect']],
    ['mod_auth_openidc 2.4', '/introspect'],
  ])('as %s', async (_library, aud) => {
    const { one, key } = await setUp('ES256');
    const full = [aud].flat().map((path) => issuer.href + path);
    const auth = client.PrivateKeyJwt(key, {
      [client.modifyAssertion]: (_header, payload) => {
        payload.aud = typeof aud === 'string' ? (full[0] as string) : full;
      },
    });
    const config = await client.discovery(issuer, one.clientId, undefined, auth, {
      execute: [client.allowInsecureRequests],
    });
    const { access_token } = await client.clientCredentialsGrant(config);
    expect(await client.tokenIntrospection(config, access_token)).toMatchObject({ active: true });
  });
});
