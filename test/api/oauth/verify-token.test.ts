import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { type JWTPayload, SignJWT } from 'jose';
import type { VerificationKey } from '../../../src/api/oauth/keys/key-set.js';
import { createTokenVerifier } from '../../../src/api/oauth/tokens/access-token.js';
import type { SigningAlgorithm } from '../../../src/platform/auth/access-token-settings.js';

const issuer = 'https://gateway.example.com/oauth2';
const pairs = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
const ring = new Map<string, VerificationKey>(
  Object.entries(pairs).map(([algorithm, { publicKey }]) => [
    algorithm,
    { kid: algorithm, algorithm: algorithm as SigningAlgorithm, publicKey },
  ]),
);
const verify = createTokenVerifier(issuer, { find: async (kid) => ring.get(kid) });

let claims: JWTPayload;
beforeAll(() => {
  const now = Math.floor(Date.now() / 1000);
  claims = { iss: issuer, sub: 'sa-1', client_id: 'sa_client_1', jti: 'one', iat: now, exp: now + 600 };
});

/** Signs a token with a key of the gateway, but with other claims or another header than the gateway's. */
const signed = (payload: JWTPayload, header: Record<string, string> = {}, key?: KeyObject) => {
  const all = { alg: 'ES256', typ: 'at+jwt', kid: 'ES256', ...header };
  return new SignJWT(payload)
    .setProtectedHeader(all)
    .sign(key ?? pairs[all.alg as SigningAlgorithm].privateKey);
};

test.each(['ES256', 'EdDSA'])('a token signed by %s is valid', async (alg) => {
  expect(await verify(await signed(claims, { alg, kid: alg }))).toEqual(claims);
});

test.each<[string, (all: JWTPayload) => Promise<string>]>([
  ['of another type', (all) => signed(all, { typ: 'JWT' })],
  ['of no type', (all) => signed(all, { typ: undefined as never })],
  ['of another issuer', (all) => signed({ ...all, iss: 'https://gateway.example.com' })],
  ['without an end', ({ exp: _, ...all }) => signed(all)],
  ['that has ended', (all) => signed({ ...all, exp: Math.floor(Date.now() / 1000) - 1 })],
  ['without an id', ({ jti: _, ...all }) => signed(all)],
  ['without a client', ({ client_id: _, ...all }) => signed(all)],
  ['without the id of a key', (all) => signed(all, { kid: undefined as never })],
  ['whose key is for another algorithm', (all) => signed(all, { kid: 'EdDSA' })],
])('a token %s is none, though a key of the gateway has signed it', async (_what, make) => {
  expect(await verify(await make(claims))).toBeUndefined();
});

test('what fails in looking for the key is no verdict about the token', async () => {
  const away = createTokenVerifier(issuer, { find: () => Promise.reject(new Error('away')) });
  await expect(away(await signed(claims))).rejects.toThrow('away');
});
