import { createPublicKey } from 'node:crypto';
import type { Issuer } from '../harness/issuer.js';
import { encode, es256, forge, hs256, powerfulClaims, signature, tamper } from './forge.js';

export interface Scene {
  /** The default realm. */
  acme: Issuer;
  partner: Issuer;
  /** Trusted by nobody; its keys are at `keyUrl`. */
  mallory: Issuer;
  keyUrl: string;
}

/** The value of an authorization header, or more headers than that. */
type Credentials = (scene: Scene) => string | Record<string, string>;

const acmeHeader = { alg: 'ES256', kid: 'acme-key', typ: 'JWT' };
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const publicJwk = ({ acme }: Scene) => acme.jwks.keys[0] ?? {};
const publicPem = (scene: Scene) =>
  createPublicKey({ key: publicJwk(scene), format: 'jwk' }).export({ format: 'pem', type: 'spki' });

/** What acme itself could have signed: other claims, other fields in the header. */
export const signed = ({ acme }: Scene, claims: object = {}, header: object = {}): string =>
  `Bearer ${forge({ ...acmeHeader, ...header }, { ...powerfulClaims(acme), ...claims }, es256(acme))}`;

/** What anybody can make: acme's claims under another algorithm or key. */
const forged = ({ acme }: Scene, header: object, signer: Parameters<typeof forge>[2]) =>
  `Bearer ${forge({ ...acmeHeader, ...header }, powerfulClaims(acme), signer)}`;

const tampered = (scene: Scene, part: 0 | 1 | 2, change: (bytes: Buffer) => Buffer) =>
  `Bearer ${tamper(signed(scene).slice('Bearer '.length), part, change)}`;

const replace = (from: string, to: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString().replace(from, to));
const flip = (bytes: Buffer) => bytes.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) as Buffer;

/** A header is no header: RFC 6750, section 3.1, on who sends nothing or uses another scheme. */
export const noBearer: [string, Record<string, string>][] = [
  ['no authorization header', {}],
  ['Basic credentials', { authorization: 'Basic YWRtaW46YWRtaW4=' }],
  ['a scheme that nobody knows', { authorization: 'Bearerish a.b.c' }],
];

const malformed: [string, Credentials][] = [
  ['Bearer without a token', () => 'Bearer'],
  ['a word', () => 'Bearer garbage'],
  ['three parts of garbage', () => 'Bearer aaaa.bbbb.cccc'],
  ['three parts of JSON that is no header', () => `Bearer ${encode('1')}.${encode('2')}.${encode('3')}`],
  ['12 kB of garbage', () => `Bearer ${'a'.repeat(4000)}.${'b'.repeat(4000)}.${'c'.repeat(4000)}`],
  ['two tokens', (scene) => `${signed(scene)} ${signed(scene).slice('Bearer '.length)}`],
  ['two challenges in one header', (scene) => `${signed(scene)}, ${signed(scene)}`],
  [
    'five parts, as of an encrypted token',
    () => `Bearer ${encode('{"alg":"dir","enc":"A256GCM"}')}..aaaa.bbbb.cccc`,
  ],
  ['five parts around a good token', (scene) => `${signed(scene)}.aaaa.bbbb`],
  [
    'the JSON serialisation',
    () => 'Bearer {"payload":"e30","signatures":[{"protected":"e30","signature":"AA"}]}',
  ],
  ['the JSON serialisation in base64url', () => `Bearer ${encode('{"payload":"e30","signature":"AA"}')}`],
  ['a token with white space in it', (scene) => signed(scene).replace('.', '. ')],
  ['padded base64', (scene) => `${signed(scene)}==`],
];

const algorithms: [string, Credentials][] = [
  ['alg none without a signature', (scene) => forged(scene, { alg: 'none' }, signature(0))],
  ['alg none with one', (scene) => forged(scene, { alg: 'none' }, signature(64))],
  ['alg None', (scene) => forged(scene, { alg: 'None' }, signature(64))],
  ['alg NONE', (scene) => forged(scene, { alg: 'NONE' }, signature(64))],
  ['no alg', (scene) => forged(scene, { alg: undefined }, es256(scene.acme))],
  ['an alg that is a list', (scene) => forged(scene, { alg: ['ES256'] }, es256(scene.acme))],
  ['HS256 under some secret', (scene) => forged(scene, { alg: 'HS256' }, hs256('secret'))],
  ['HS256 under the public key as PEM', (scene) => forged(scene, { alg: 'HS256' }, hs256(publicPem(scene)))],
  [
    'HS256 under the public key as JWK',
    (scene) => forged(scene, { alg: 'HS256' }, hs256(JSON.stringify(publicJwk(scene)))),
  ],
  [
    "HS256 under the public key's x",
    (scene) => forged(scene, { alg: 'HS256' }, hs256(Buffer.from(publicJwk(scene).x ?? '', 'base64url'))),
  ],
  ['an algorithm of another type of key', (scene) => forged(scene, { alg: 'RS256' }, es256(scene.acme))],
  ['an algorithm of another curve', (scene) => forged(scene, { alg: 'ES384' }, es256(scene.acme))],
];

const signatures: [string, Credentials][] = [
  ['a signature of somebody else', (scene) => forged(scene, {}, es256(scene.mallory))],
  ['a signature that is changed', (scene) => tampered(scene, 2, flip)],
  ['a signature that is cut short', (scene) => tampered(scene, 2, (bytes) => bytes.subarray(0, 63))],
  ['a signature in DER', (scene) => forged(scene, {}, es256(scene.acme, 'der'))],
  ['a signature of zeros (CVE-2022-21449)', (scene) => forged(scene, {}, signature(64))],
  ['a payload that is changed', (scene) => tampered(scene, 1, replace('mallory', 'somebody'))],
  ['a header that is changed', (scene) => tampered(scene, 0, replace('JWT', 'jwt'))],
  [
    'a payload that is another token',
    (scene) => `Bearer ${forge({ ...acmeHeader, cty: 'JWT' }, signed(scene), es256(scene.acme))}`,
  ],
  [
    'a payload that is a list',
    (scene) => `Bearer ${forge(acmeHeader, [powerfulClaims(scene.acme)], es256(scene.acme))}`,
  ],
];

const headers: [string, Credentials][] = [
  ['an unknown kid', (scene) => signed(scene, {}, { kid: 'another-key' })],
  ['a kid that is a path', (scene) => signed(scene, {}, { kid: '../../../../etc/passwd' })],
  [
    'a kid that is an empty file, under an empty secret',
    (scene) => forged(scene, { alg: 'HS256', kid: '/dev/null' }, hs256('')),
  ],
  ['a kid that is a URL', (scene) => forged(scene, { kid: scene.keyUrl }, es256(scene.mallory))],
  ['a kid that is SQL', (scene) => signed(scene, {}, { kid: "' or '1' = '1" })],
  ['a kid that is a number', (scene) => signed(scene, {}, { kid: 1 })],
  ['its own key in jwk', (scene) => forged(scene, { jwk: scene.mallory.jwks.keys[0] }, es256(scene.mallory))],
  [
    'its own key in jwk, without a kid',
    (scene) => forged(scene, { kid: undefined, jwk: scene.mallory.jwks.keys[0] }, es256(scene.mallory)),
  ],
  [
    'its own keys in jku',
    (scene) => forged(scene, { kid: 'mallory-key', jku: scene.keyUrl }, es256(scene.mallory)),
  ],
  [
    'its own keys in x5u',
    (scene) => forged(scene, { kid: 'mallory-key', x5u: scene.keyUrl }, es256(scene.mallory)),
  ],
  ['the typ of a logout token', (scene) => signed(scene, {}, { typ: 'logout+jwt' })],
  ['an extension that is critical', (scene) => signed(scene, {}, { crit: ['exp2'], exp2: 1 })],
  [
    'a critical extension with a line break in its name',
    (scene) => signed(scene, {}, { crit: ['a\r\nset-cookie: b=c'] }),
  ],
  ['a critical extension in Chinese', (scene) => signed(scene, {}, { crit: ['扩展'] })],
  ['a critical extension of 6 kB', (scene) => signed(scene, {}, { crit: ['x'.repeat(6000)] })],
  ['no critical extension at all', (scene) => signed(scene, {}, { crit: [] })],
  ['b64 false (RFC 7797)', (scene) => signed(scene, {}, { crit: ['b64'], b64: false })],
];

const claims: [string, object | (() => object)][] = [
  ['another issuer', { iss: 'https://mallory.example.com' }],
  ['the issuer with a slash', { iss: 'https://acme.example.com/' }],
  ['a list of issuers', { iss: ['https://acme.example.com'] }],
  ['no issuer', { iss: undefined }],
  ['another audience', { aud: 'another-service' }],
  ['a list without the audience', { aud: ['another-service', 'service-account-gateway2'] }],
  ['no audience', { aud: undefined }],
  ['no subject', { sub: undefined }],
  ['an empty subject', { sub: '' }],
  ['a number as the subject', { sub: 42 }],
  ['an object as the subject', { sub: { id: 'somebody' } }],
  ['null as the subject', { sub: null }],
  ['a control character in the subject', { sub: 'some\u0000body' }],
  ['a line break in the subject', { sub: 'some\nbody' }],
  ['half a character in the subject', { sub: 'some\ud800body' }],
  ['256 characters of subject', { sub: 'a'.repeat(256) }],
  ['300 characters of subject', { sub: 'a'.repeat(300) }],
  ['no expiry', { exp: undefined }],
  ['an expiry in the past', () => ({ exp: inSeconds(-60) })],
  ['an expiry that is text', () => ({ exp: String(inSeconds(600)) })],
  ['an expiry that is null', { exp: null }],
  ['a beginning in the future', () => ({ nbf: inSeconds(60) })],
  ['a beginning that is text', { nbf: 'tomorrow' }],
  ['a time of issue that is text', { iat: 'yesterday' }],
];

const realms: [string, Credentials][] = [
  [
    "a partner's token without realmname",
    ({ partner }) =>
      `Bearer ${forge({ ...acmeHeader, kid: 'partner-key' }, powerfulClaims(partner), es256(partner))}`,
  ],
  [
    "acme's token with realmname partner",
    (scene) => ({ authorization: signed(scene), realmname: 'partner' }),
  ],
  [
    "acme's name on the partner's signature",
    ({ acme, partner }) =>
      `Bearer ${forge({ ...acmeHeader, kid: 'partner-key' }, powerfulClaims(acme), es256(partner))}`,
  ],
  ['a realm that there is not', (scene) => ({ authorization: signed(scene), realmname: 'nowhere' })],
  ['a realm that every object has', (scene) => ({ authorization: signed(scene), realmname: '__proto__' })],
  ['a realm without a name', (scene) => ({ authorization: signed(scene), realmname: '' })],
];

/** Every one of them carries super_admin, so that nothing but its fault is in the way. */
export const badTokens: [string, Credentials][] = [
  ...malformed,
  ...algorithms,
  ...signatures,
  ...headers,
  ...claims.map(([name, changes]): [string, Credentials] => [
    name,
    (scene) => signed(scene, typeof changes === 'function' ? changes() : changes),
  ]),
  ...realms,
];
