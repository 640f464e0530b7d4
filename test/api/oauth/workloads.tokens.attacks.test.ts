import { createPublicKey, KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { CompactEncrypt } from 'jose';
import type { Gateway } from '../../harness/gateway.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { es256, forge, hs256, type Signer, signature, tamper } from '../../platform/auth/forge.js';
import { seconds } from './assertions.js';
import { getToken } from './machine.js';
import {
  type Attack,
  claimsOf,
  forged,
  startGatewayFor,
  testAttacks,
  withKeys,
  written,
} from './workload-attacks.js';
import type { TrustingMachine } from './workloads.js';

let gateway: Gateway;
let ci: Issuer;
/** An issuer that the operator allows RS256 only, and whose key names no algorithm. */
let rsa: Issuer;
/** An issuer that publishes a key of an algorithm that the operator does not allow it. */
let narrow: Issuer;
let stranger: Issuer;
beforeAll(async () => {
  [ci, rsa, narrow, stranger] = await Promise.all([
    createIssuer('ci'),
    createIssuer('rsa', 'RS256'),
    createIssuer('narrow'),
    createIssuer('ci'),
  ]);
  const keys = rsa.jwks.keys.map(({ alg: _, ...key }) => key);
  gateway = await startGatewayFor([
    withKeys('ci', ci),
    withKeys('rsa', { ...rsa, jwks: { keys } }, { algorithms: ['RS256'] }),
    withKeys('narrow', narrow, { algorithms: ['ES384', 'RS256'] }),
  ]);
});
afterAll(() => gateway.close());

const token = (one: TrustingMachine, claims: object = {}, header: object = {}, signer?: Signer) =>
  forged(ci, one, claims, header, signer);
const publicKey = () => createPublicKey({ key: ci.jwks.keys[0] ?? {}, format: 'jwk' });
const byRsa =
  (padding?: number): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), { key: KeyObject.from(rsa.privateKey), padding });
const pss = 6;
const rsaKid = 'rsa-key';
const half = (part: Buffer) => part.subarray(0, 32);
const flipped = (part: Buffer) => part.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) as Buffer;

// biome-ignore format: each row stays on its line
const signatures: Attack[] = [
  ['without a signature', 'wrong_key', (one) => tamper(token(one), 2, () => Buffer.alloc(0))],
  ['with a signature of zeros', 'wrong_key', (one) => token(one, {}, {}, signature(64))],
  ['with half a signature', 'wrong_key', (one) => tamper(token(one), 2, half)],
  ['with one bit of its signature changed', 'wrong_key', (one) => tamper(token(one), 2, flipped)],
  ['with its signature in DER', 'wrong_key', (one) => token(one, {}, {}, es256(ci, 'der'))],
  ['with the signature of another token', 'wrong_key', (one) => token(one, {}, {}, () => Buffer.from(token(one, { jti: 'x' }).split('.')[2] ?? '', 'base64url'))],
  ['with other claims than were signed', 'wrong_key', (one) => tamper(token({ ...one, subject: 'x' }), 1, () => Buffer.from(JSON.stringify(claimsOf(ci, one))))],
  ['signed by a key that nobody trusts', 'wrong_key', (one) => forged(stranger, one)],
  ['signed by a key that nobody trusts, without a kid', 'wrong_key', (one) => forged(stranger, one, {}, { kid: undefined })],
  ['with an unknown kid', 'wrong_key', (one) => token(one, {}, { kid: 'x' })],
  ['with the name of a method as its kid', 'wrong_key', (one) => token(one, {}, { kid: '__proto__' })],
];

// biome-ignore format: each row stays on its line
const headers: Attack[] = [
  ['of the algorithm none', 'invalid_assertion', (one) => token(one, {}, { alg: 'none' }, signature(0))],
  ['of the algorithm nOnE', 'invalid_assertion', (one) => token(one, {}, { alg: 'nOnE' }, signature(0))],
  ['of the algorithm none, with a valid signature', 'invalid_assertion', (one) => token(one, {}, { alg: 'none' })],
  ['without an algorithm', 'invalid_assertion', (one) => token(one, {}, { alg: undefined })],
  ['with a list of algorithms', 'invalid_assertion', (one) => token(one, {}, { alg: ['ES256'] })],
  ['signed by HMAC with the public key in PEM', 'invalid_assertion', (one) => token(one, {}, { alg: 'HS256' }, hs256(publicKey().export({ type: 'spki', format: 'pem' })))],
  ['signed by HMAC with the public key in DER', 'invalid_assertion', (one) => token(one, {}, { alg: 'HS256' }, hs256(publicKey().export({ type: 'spki', format: 'der' })))],
  ['signed by HMAC with the public key as JWK', 'invalid_assertion', (one) => token(one, {}, { alg: 'HS256' }, hs256(JSON.stringify(ci.jwks.keys[0])))],
  ['of an algorithm that the operator does not allow the issuer', 'invalid_assertion', (one) => forged(narrow, one), { issuer: 'narrow' }],
  ['of another algorithm than its key', 'wrong_key', (one) => token(one, {}, { alg: 'RS256' })],
  ['of another curve than its key', 'wrong_key', (one) => token(one, {}, { alg: 'ES384' })],
  ['signed with PS256 by an issuer of RS256', 'invalid_assertion', (one) => forged(rsa, one, {}, { alg: 'PS256', kid: rsaKid }, byRsa(pss)), { issuer: 'rsa' }],
  ['signed with PS256 that says RS256', 'wrong_key', (one) => forged(rsa, one, {}, { alg: 'RS256', kid: rsaKid }, byRsa(pss)), { issuer: 'rsa' }],
  ['with jku', 'invalid_assertion', (one) => forged(stranger, one, {}, { jku: 'https://mallory.example.com/keys' })],
  ['with x5u', 'invalid_assertion', (one) => forged(stranger, one, {}, { x5u: 'https://mallory.example.com/keys' })],
  ['with its own key as jwk', 'invalid_assertion', (one) => forged(stranger, one, {}, { jwk: stranger.jwks.keys[0] })],
  ['with x5c', 'invalid_assertion', (one) => token(one, {}, { x5c: ['AAAA'] })],
  ['with a critical header', 'invalid_assertion', (one) => token(one, {}, { crit: ['exp'], exp: 1 })],
  ['with unencoded claims', 'invalid_assertion', (one) => token(one, {}, { crit: ['b64'], b64: false })],
  ['of the type of access tokens', 'invalid_assertion', (one) => token(one, {}, { typ: 'at+jwt' })],
  ['of the type of logout tokens', 'invalid_assertion', (one) => token(one, {}, { typ: 'logout+jwt' })],
  ['of the full type of access tokens', 'invalid_assertion', (one) => token(one, {}, { typ: 'application/at+jwt' })],
  ['with a type that is a list', 'invalid_assertion', (one) => token(one, {}, { typ: ['JWT'] })],
  ['with a kid that is an object', 'invalid_assertion', (one) => token(one, {}, { kid: {} })],
];

// biome-ignore format: each row stays on its line
const times: Attack[] = [
  ['that has expired', 'assertion_expired', (one) => token(one, { iat: seconds() - 60, exp: seconds() - 1 })],
  ['that expires now', 'assertion_expired', (one) => token(one, { exp: seconds() })],
  ['without exp', 'invalid_assertion', (one) => token(one, { exp: undefined })],
  ['with exp as a text', 'invalid_assertion', (one) => token(one, { exp: `${seconds() + 300}` })],
  ['with exp in a list', 'invalid_assertion', (one) => token(one, { exp: [seconds() + 300] })],
  ['with an endless exp', 'invalid_assertion', (one) => written(ci, JSON.stringify({ ...claimsOf(ci, one), exp: 0 }).replace('"exp":0', '"exp":1e400'))],
  ['without iat', 'invalid_assertion', (one) => token(one, { iat: undefined })],
  ['with iat as a text', 'invalid_assertion', (one) => token(one, { iat: `${seconds()}` })],
  ['with an endlessly old iat', 'invalid_assertion', (one) => written(ci, JSON.stringify({ ...claimsOf(ci, one), iat: 0 }).replace('"iat":0', '"iat":-1e400'))],
  ['that was issued too long ago', 'assertion_too_old', (one) => token(one, { iat: seconds() - 3601 })],
  ['that was issued in the future', 'invalid_assertion', (one) => token(one, { iat: seconds() + 60 })],
  ['that is valid in the future', 'invalid_assertion', (one) => token(one, { nbf: seconds() + 60 })],
  ['with nbf as a text', 'invalid_assertion', (one) => token(one, { nbf: '0' })],
  ['that was issued after it expires', 'invalid_assertion', (one) => token(one, { iat: seconds() + 20, exp: seconds() + 10 })],
];

// biome-ignore format: each row stays on its line
const texts: Attack[] = [
  ['with padding', 'invalid_assertion', (one) => `${token(one)}==`],
  ['with other bits after the end of its signature', 'invalid_assertion', (one) => otherBits(token(one))],
  ['in the alphabet of base64', 'invalid_assertion', (one) => `${token(one)}`.replace(/.$/, '+')],
  ['with a line break at its end', 'invalid_assertion', (one) => `${token(one)}\n`],
  ['with a fourth part', 'invalid_assertion', (one) => `${token(one)}.`],
  ['with two parts', 'invalid_assertion', (one) => token(one).split('.').slice(0, 2).join('.')],
  ['whose claims are a list', 'invalid_assertion', () => forge({ alg: 'ES256' }, [], es256(ci))],
  ['whose claims are not JSON', 'invalid_assertion', () => written(ci, '{')],
  ['whose claims have a second issuer', 'issuer_not_trusted', (one) => written(ci, JSON.stringify(claimsOf(ci, one)).replace(/\}$/, ',"iss":"https://x.example.com"}'))],
  ['in the JSON serialization', 'invalid_assertion', (one) => inJson(token(one))],
  ['that is an encrypted JWT', 'invalid_assertion', (one) => encrypted(JSON.stringify(claimsOf(ci, one)))],
  ['that contains a valid token as encrypted JWT', 'invalid_assertion', (one) => encrypted(token(one))],
  ['that is the secret of the account', 'invalid_assertion', ({ clientSecret }) => clientSecret],
  ["that is a realm's token", 'issuer_not_trusted', async ({ admin }) => admin.headers.authorization?.split(' ')[1] ?? ''],
  ["that is the account's access token", 'issuer_not_trusted', (one) => getToken(gateway, one)],
];

/** Changes the bits of the last character that belong to no byte. */
function otherBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `${text.slice(0, -1)}${alphabet[alphabet.indexOf(text.slice(-1)) ^ 1]}`;
}

function inJson(text: string): string {
  const [protectedHeader, payload, third] = text.split('.');
  return JSON.stringify({ protected: protectedHeader, payload, signature: third });
}

const encrypted = (content: string) =>
  new CompactEncrypt(Buffer.from(content))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' })
    .encrypt(Buffer.alloc(32));

testAttacks(() => gateway, [...signatures, ...headers, ...times, ...texts]);
