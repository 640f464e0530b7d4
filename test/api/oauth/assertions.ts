import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Answer, Gateway } from '../../harness/gateway.js';
import { type Machine, machine, post } from './machine.js';

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
export const issuer = 'https://gateway.example.com/oauth2';

/** The key pairs of machines, by the algorithm of their assertions. */
const generators = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  Ed25519: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
export type Algorithm = keyof typeof generators;
export const algorithms = Object.keys(generators) as Algorithm[];

export interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}
export const createKeyPair = (algorithm: Algorithm = 'ES256'): KeyPair => generators[algorithm]();

/** A service account that authenticates with a key. */
export interface KeyMachine extends Machine, KeyPair {
  keyId: string;
  kid: string;
  algorithm: Algorithm;
}

interface AddedKey {
  id: string;
  kid: string;
}

/** Registers a public key of an account. @param more members of the JWK, or further fields of the input */
export async function addKey(
  { admin, id }: Machine,
  publicKey: KeyObject,
  { jwk = {}, ...more }: { jwk?: object; expiresAt?: string } = {},
): Promise<AddedKey> {
  const text = JSON.stringify({ ...publicKey.export({ format: 'jwk' }), ...jwk });
  const { addServiceAccountKey } = await admin.run(
    'mutation ($input: AddServiceAccountKeyInput!) { addServiceAccountKey(input: $input) { key { id kid } } }',
    { input: { id, publicKey: text, ...more } },
  );
  return addServiceAccountKey.key;
}

export const removeKey = ({ admin, id }: Machine, keyId: string) =>
  admin.run(
    'mutation ($input: RemoveServiceAccountKeyInput!) { removeServiceAccountKey(input: $input) { key { id } } }',
    { input: { id, keyId } },
  );

/** Creates an account with a key. */
export async function keyMachine(
  gateway: Gateway,
  algorithm: Algorithm = 'ES256',
  input: Record<string, unknown> = {},
  admin?: Machine['admin'],
): Promise<KeyMachine> {
  const one = await machine(gateway, input, admin);
  const pair = createKeyPair(algorithm);
  const { id: keyId, kid } = await addKey(one, pair.publicKey);
  return { ...one, ...pair, keyId, kid, algorithm };
}

type Signer = Pick<KeyMachine, 'clientId' | 'privateKey' | 'algorithm'> & { kid?: string };

export const seconds = () => Math.floor(Date.now() / 1000);

/** The claims of a valid assertion. */
export const claimsOf = ({ clientId }: Pick<Signer, 'clientId'>) => ({
  iss: clientId,
  sub: clientId,
  aud: issuer,
  jti: randomUUID(),
  iat: seconds(),
  exp: seconds() + 60,
});

/** Signs an assertion. Claims and members of the header replace the valid ones, and undefined removes them. */
export const sign = (
  one: Signer,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> =>
  new SignJWT({ ...claimsOf(one), ...claims })
    .setProtectedHeader({ alg: one.algorithm, kid: one.kid, ...header })
    .sign(one.privateKey);

/** Sends an assertion to an endpoint. */
export const present = (
  gateway: Gateway,
  assertion: string,
  params: Record<string, string> = {},
  endpoint = 'token',
  headers: Record<string, string> = {},
): Promise<Answer> =>
  post(
    gateway,
    endpoint,
    {
      grant_type: 'client_credentials',
      client_assertion_type: assertionType,
      client_assertion: assertion,
      ...params,
    },
    headers,
  );
