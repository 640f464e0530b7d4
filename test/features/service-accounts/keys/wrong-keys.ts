import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { newJwk } from './key-calls.js';

const jwkOf = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' });
const pemOf = (key: KeyObject, type: 'spki' | 'pkcs8' | 'pkcs1' | 'sec1'): string =>
  key.export({ type, format: 'pem' } as never) as string;

export const ec = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve });
export const ed = () => generateKeyPairSync('ed25519');
export const rsa = (modulusLength = 2048, publicExponent = 65537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });

const text = JSON.stringify;
const withMembers = (members: object) => text({ ...newJwk(), ...members });
const point = (y: bigint): string =>
  text({
    kty: 'OKP',
    crv: 'Ed25519',
    x: Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse().toString('base64url'),
  });

const p = 2n ** 255n - 19n;
/** The coordinate that two of the points of order 8 have. */
const order8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;

/** A key in PEM whose point is the one at infinity. @param curve the object identifier of the curve, in DER */
const infinity = (curve: string): string => {
  const algorithm = Buffer.from(`06072a8648ce3d0201${curve}`, 'hex');
  const key = Buffer.from([0x30, algorithm.length, ...algorithm, 0x03, 0x02, 0x00, 0x00]);
  const der = Buffer.from([0x30, key.length, ...key]);
  return `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----`;
};

const isPrivate = /is a private key, which must stay with the machine; .* must no longer be used/;
const isSymmetric = /is a symmetric key, which is a secret and must no longer be used/;
const isNoKind = /must be an EC key with the curve P-256 or P-384, an Ed25519 key, or an RSA key/;
const isInvalid = /is not a valid public key/;
const isForeign = /must not have the members x5c, x5u, jku/;
const isNoText = /must be a JWK as JSON text, or PEM that begins with -----BEGIN PUBLIC KEY-----$/;
const onePem = /must be one public key in PEM, and nothing else$/;
const noPem = /is not a public key in PEM of an EC, Ed25519 or RSA key$/;

/** Inputs that are no public key that a machine can use, each with what its error says. */
export const wrongKeys: Record<string, [publicKey: () => string, message: RegExp]> = {
  'a private EC JWK': [() => text(jwkOf(ec().privateKey)), isPrivate],
  'a private Ed25519 JWK': [() => text(jwkOf(ed().privateKey)), isPrivate],
  'a private RSA JWK': [() => text(jwkOf(rsa().privateKey)), isPrivate],
  'an RSA JWK with only its primes': [() => withMembers({ p: 'AA', q: 'AA' }), isPrivate],
  'a private JWK in a set': [() => text({ keys: [newJwk(), jwkOf(ec().privateKey)] }), isPrivate],
  'a private JWK in an array': [() => text([jwkOf(ec().privateKey)]), isPrivate],
  'a private key in PEM': [() => pemOf(ec().privateKey, 'pkcs8'), isPrivate],
  'a private RSA key in PEM': [() => pemOf(rsa().privateKey, 'pkcs1'), isPrivate],
  'a private EC key in PEM': [() => pemOf(ec().privateKey, 'sec1'), isPrivate],
  'an encrypted private key in PEM': [
    () => '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----',
    isPrivate,
  ],
  'a pair in PEM': [
    () => {
      const { publicKey, privateKey } = ec();
      return pemOf(publicKey, 'spki') + pemOf(privateKey, 'pkcs8');
    },
    isPrivate,
  ],
  'a symmetric key': [() => text({ kty: 'oct', k: 'c2VjcmV0' }), isSymmetric],
  'a symmetric key without its value': [() => text({ kty: 'oct' }), isSymmetric],
  'a symmetric key that says that it is EC': [() => withMembers({ k: 'c2VjcmV0' }), isSymmetric],
  'a key for encryption': [() => withMembers({ use: 'enc' }), /the member use must be sig, or omitted/],
  'a key for other operations': [() => withMembers({ key_ops: ['encrypt'] }), /key_ops must include verify$/],
  'a key without operations': [() => withMembers({ key_ops: [] }), /key_ops must include verify$/],
  'operations that are no list': [() => withMembers({ key_ops: 'verify' }), /key_ops must be a list$/],
  'an empty kid': [() => withMembers({ kid: '' }), /kid must be 1 to 255 visible ASCII characters$/],
  'a long kid': [() => withMembers({ kid: 'x'.repeat(256) }), /kid must be 1 to 255/],
  'a kid with a space': [() => withMembers({ kid: 'a b' }), /kid must be 1 to 255/],
  'a kid with a line break': [() => withMembers({ kid: 'a\n' }), /kid must be 1 to 255/],
  'a kid with an accent': [() => withMembers({ kid: 'caf\u00e9' }), /kid must be 1 to 255/],
  'a kid that is a number': [() => withMembers({ kid: 5 }), /kid must be 1 to 255/],
  'the alg of another kind of key': [
    () => withMembers({ alg: 'RS256' }),
    /the member alg does not fit the key; it must be ES256, or omitted$/,
  ],
  'the alg of another curve': [() => withMembers({ alg: 'ES384' }), /alg does not fit the key/],
  'the alg of encryption': [
    () => text({ ...jwkOf(rsa().publicKey), alg: 'RSA-OAEP-256' }),
    /it must be RS256 or PS256, or omitted$/,
  ],
  'a weak RSA alg': [() => text({ ...jwkOf(rsa().publicKey), alg: 'RS1' }), /alg does not fit the key/],
  'the alg none': [() => withMembers({ alg: 'none' }), /alg does not fit the key/],
  'an alg that is null': [() => withMembers({ alg: null }), /alg must be a text$/],
  'P-521': [() => text(jwkOf(ec('P-521').publicKey)), isNoKind],
  'the point at infinity of P-256 in PEM': [() => infinity('06082a8648ce3d030107'), noPem],
  'the point at infinity of P-384 in PEM': [() => infinity('06052b81040022'), noPem],
  'the point at infinity of secp256k1 in PEM': [() => infinity('06052b8104000a'), noPem],
  'P-521 in PEM': [() => pemOf(ec('P-521').publicKey, 'spki'), isNoKind],
  secp256k1: [() => text(jwkOf(ec('secp256k1').publicKey)), isNoKind],
  X25519: [() => text(jwkOf(generateKeyPairSync('x25519').publicKey)), isNoKind],
  Ed448: [() => text(jwkOf(generateKeyPairSync('ed448').publicKey)), isNoKind],
  'no curve': [() => withMembers({ crv: undefined }), isNoKind],
  'a kty of the prototype': [() => withMembers({ kty: 'constructor' }), isNoKind],
  'no kty': [() => withMembers({ kty: undefined }), /the member kty must be EC, OKP or RSA$/],
  'an RSA key of 1024 bits': [() => text(jwkOf(rsa(1024).publicKey)), /must have 2048 to 4096 bits$/],
  'an RSA key of 2047 bits': [() => pemOf(rsa(2047).publicKey, 'spki'), /must have 2048 to 4096 bits$/],
  'an RSA key of 4104 bits': [
    () => text({ kty: 'RSA', e: 'AQAB', n: Buffer.alloc(513, 0xff).toString('base64url') }),
    /must have 2048 to 4096 bits$/,
  ],
  'the exponent 3': [() => text(jwkOf(rsa(2048, 3).publicKey)), /the public exponent 65537 \(AQAB\)$/],
  'an RSA-PSS key': [
    () => pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey, 'spki'),
    noPem,
  ],
  'a point that is not on P-256': [() => withMembers({ y: newJwk().x }), isInvalid],
  'an EC key without y': [() => withMembers({ y: undefined }), isInvalid],
  'an EC key with a number': [() => withMembers({ x: 5 }), isInvalid],
  'an RSA key without n': [() => text({ kty: 'RSA', e: 'AQAB' }), isInvalid],
  'a point that is not on Ed25519': [() => point(2n), isInvalid],
  'a coordinate that Ed25519 does not have': [() => point(p + 3n), isInvalid],
  'the neutral point of Ed25519': [() => point(1n), isInvalid],
  'the neutral point with a sign': [() => point(1n + 2n ** 255n), isInvalid],
  'the point of order 2': [() => point(p - 1n), isInvalid],
  'a point of order 4': [() => point(0n), isInvalid],
  'a point of order 8': [() => point(order8), isInvalid],
  'another point of order 8': [() => point(p - order8), isInvalid],
  'a short Ed25519 key': [() => text({ kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }), isInvalid],
  'a JWK with x5c': [() => withMembers({ x5c: ['AAAA'] }), isForeign],
  'a JWK with x5u': [() => withMembers({ x5u: 'https://example.com/cert' }), isForeign],
  'a JWK with jku': [() => withMembers({ jku: 'https://example.com/jwks' }), isForeign],
  'a certificate': [
    () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    /is a certificate; send only its public key, which begins with -----BEGIN PUBLIC KEY-----$/,
  ],
  'a JWK Set': [() => text({ keys: [newJwk()] }), /is a JWK Set; send one JWK of it$/],
  'an array': [() => text([newJwk()]), /must be one JWK: a JSON object$/],
  'a JSON text': [() => text(text(newJwk())), /must be one JWK: a JSON object$/],
  'half of a JWK': [() => text(newJwk()).slice(0, 50), /is not valid JSON$/],
  'an RSA key in the form PKCS #1': [() => pemOf(rsa().publicKey, 'pkcs1'), isNoText],
  'an SSH key': [() => 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcW ada@example.com', isNoText],
  'other words': [() => 'the public key', isNoText],
  nothing: [() => ' \n', isNoText],
  'two keys in PEM': [() => pemOf(ec().publicKey, 'spki').repeat(2), onePem],
  'half of a PEM': [() => pemOf(ec().publicKey, 'spki').slice(0, 80), onePem],
  'a PEM with headers': [
    () => pemOf(ec().publicKey, 'spki').replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n\n'),
    onePem,
  ],
  'a PEM of something else': [() => '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', noPem],
  'a key of more than 8 kB': [() => withMembers({ ext: 'x'.repeat(8192) }), /must have at most 8192 bytes$/],
  'more than 8 kB in fewer characters': [
    () => withMembers({ ext: '\u20ac'.repeat(2800) }),
    /must have at most 8192 bytes$/,
  ],
};
