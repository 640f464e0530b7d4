import {
  acmeHeader,
  type Credentials,
  forged,
  inSeconds,
  publicJwk,
  type Scene,
  signed,
  tampered,
  written,
} from './credentials.js';
import { encode, es256, forge, hs256, powerfulClaims, signature } from './forge.js';
import { publishedAttacks } from './published-attacks.js';

const replace = (from: string, to: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString().replace(from, to));
const flip = (bytes: Buffer) => bytes.map((byte, index) => (index === 40 ? byte ^ 1 : byte)) as Buffer;

/** Requests without a bearer token, for which RFC 6750, section 3.1 wants a challenge without an error code. */
export const noBearer: [string, Record<string, string>][] = [
  ['no authorization header', {}],
  ['Basic credentials', { authorization: 'Basic YWRtaW46YWRtaW4=' }],
  ['a scheme that nobody knows', { authorization: 'Bearerish a.b.c' }], // cspell:ignore Bearerish
];

const malformed: [string, Credentials][] = [
  ['Bearer without a token', () => 'Bearer'],
  ['a word', () => 'Bearer garbage'],
  ['three parts of garbage', () => 'Bearer aaaa.bbbb.cccc'],
  ['three parts of JSON that is no header', () => `Bearer ${encode('1')}.${encode('2')}.${encode('3')}`],
  ['12 kB of garbage', () => `Bearer ${'a'.repeat(4000)}.${'b'.repeat(4000)}.${'c'.repeat(4000)}`],
  ['two tokens', (scene) => `${signed(scene)} ${signed(scene).slice('Bearer '.length)}`],
  ['two challenges in one header', (scene) => `${signed(scene)}, ${signed(scene)}`],
  ['five parts around a good token', (scene) => `${signed(scene)}.aaaa.bbbb`],
  [
    'the JSON serialization',
    () => 'Bearer {"payload":"e30","signatures":[{"protected":"e30","signature":"AA"}]}',
  ],
  ['the JSON serialization in base64url', () => `Bearer ${encode('{"payload":"e30","signature":"AA"}')}`],
  ['a token with white space in it', (scene) => signed(scene).replace('.', '. ')],
  ['padded base64', (scene) => `${signed(scene)}==`],
];

const algorithms: [string, Credentials][] = [
  ['no alg', (scene) => forged(scene, { alg: undefined }, es256(scene.acme))],
  ['an alg that is a list', (scene) => forged(scene, { alg: ['ES256'] }, es256(scene.acme))],
  [
    'HS256 under the public key as JWK',
    (scene) => forged(scene, { alg: 'HS256' }, hs256(JSON.stringify(publicJwk(scene)))),
  ],
  [
    "HS256 under the public key's x",
    (scene) => forged(scene, { alg: 'HS256' }, hs256(Buffer.from(publicJwk(scene).x ?? '', 'base64url'))),
  ],
  ['an algorithm of another curve', (scene) => forged(scene, { alg: 'ES384' }, es256(scene.acme))],
];

const signatures: [string, Credentials][] = [
  ['a signature of another key', (scene) => forged(scene, {}, es256(scene.mallory))],
  ['a signature that is changed', (scene) => tampered(scene, 2, flip)],
  ['a signature that is cut short', (scene) => tampered(scene, 2, (bytes) => bytes.subarray(0, 63))],
  ['a signature in DER', (scene) => forged(scene, {}, es256(scene.acme, 'der'))],
  ['a header that is changed', (scene) => tampered(scene, 0, replace('JWT', 'jwt'))],
  [
    'a payload that is a list',
    (scene) => `Bearer ${forge(acmeHeader, [powerfulClaims(scene.acme)], es256(scene.acme))}`,
  ],
];

const headers: [string, Credentials][] = [
  ['an unknown kid', (scene) => signed(scene, {}, { kid: 'another-key' })],
  ['a kid that is a number', (scene) => signed(scene, {}, { kid: 1 })],
  [
    'a critical extension with a line break in its name',
    (scene) => signed(scene, {}, { crit: ['a\r\nset-cookie: b=c'] }),
  ],
  ['a critical extension in Chinese', (scene) => signed(scene, {}, { crit: ['扩展'] })],
  ['a critical extension of 6 kB', (scene) => signed(scene, {}, { crit: ['x'.repeat(6000)] })],
  ['no critical extension at all', (scene) => signed(scene, {}, { crit: [] })],
];

const claims: [string, object | (() => object)][] = [
  ['another issuer', { iss: 'https://mallory.example.com' }],
  ['the issuer with a slash', { iss: 'https://acme.example.com/' }],
  ['a list of the right issuer alone', { iss: ['https://acme.example.com'] }],
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
  ['an expiry before 1970', { exp: -1 }],
  ['an expiry in the past, in fractions of a second', () => ({ exp: inSeconds(-60) + 0.5 })],
  ['an expiry that is a list', () => ({ exp: [inSeconds(600)] })],
  ['an expiry that is true', { exp: true }],
];

const header = JSON.stringify(acmeHeader);
const payload = ({ acme }: Scene) => JSON.stringify(powerfulClaims(acme));
const again = (scene: Scene, claim: string, value: unknown) =>
  payload(scene).replace(/}$/, `,"${claim}":${JSON.stringify(value)}}`);

/** Tokens of texts that JSON.parse reads but JSON.stringify never writes. */
// biome-ignore format: each row stays on its line
const writings: [string, Credentials][] = [
  ['an expiry beyond all numbers', (scene) => written(scene, header, payload(scene).replace(/"exp":\d+/, '"exp":1e400'))],
  ['a beginning beyond all numbers', (scene) => written(scene, header, payload(scene).replace('{', '{"nbf":1e400,'))],
  ['two issuers, of which the last counts', (scene) => written(scene, header, again(scene, 'iss', 'https://mallory.example.com'))],
  ['two audiences, of which the last counts', (scene) => written(scene, header, again(scene, 'aud', 'another-service'))],
  ['two expiries, of which the last counts', (scene) => written(scene, header, again(scene, 'exp', inSeconds(-60)))],
  ['two subjects, of which the last counts', (scene) => written(scene, header, again(scene, 'sub', ''))],
  ['a second subject beside the signed one', (scene) => tampered(scene, 1, replace('{', '{"sub":"admin",'))],
  ['two algs, the last of them none', (scene) => written(scene, header.replace('}', ',"alg":"none"}'), payload(scene))],
  ['two algs, the first of them none, without a signature', (scene) => written(scene, header.replace('{', '{"alg":"none",'), payload(scene), signature(64))],
  ['two kids, the last of them unknown', (scene) => written(scene, header.replace('}', ',"kid":"another-key"}'), payload(scene))],
  ['an alg in escapes', (scene) => written(scene, '{"alg":"\\u006eone"}', payload(scene), signature(64))],
  ['a byte order mark before a forged header', (scene) => written(scene, `\ufeff${header}`, payload(scene), es256(scene.mallory))],
  ['a header in 2,500 lists', (scene) => written(scene, `${'['.repeat(2500)}${']'.repeat(2500)}`, payload(scene))],
  ['a payload in 2,500 lists', (scene) => written(scene, header, `${'['.repeat(2500)}${']'.repeat(2500)}`)],
  ['a payload that is cut short', (scene) => written(scene, header, payload(scene).slice(0, -1))],
  ['a payload with a comment', (scene) => written(scene, header, `${payload(scene)}//`)],
  ['a header in single quotes', (scene) => written(scene, header.replaceAll('"', "'"), payload(scene))],
];

const realms: [string, Credentials][] = [
  [
    "a partner's token with realmname acme",
    ({ partner }) => ({
      authorization: `Bearer ${forge({ ...acmeHeader, kid: 'partner-key' }, powerfulClaims(partner), es256(partner))}`,
      realmname: 'acme',
    }),
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
  ['an unknown realm', (scene) => ({ authorization: signed(scene), realmname: 'nowhere' })],
  ['a realm that every object has', (scene) => ({ authorization: signed(scene), realmname: '__proto__' })],
  ['a realm without a name', (scene) => ({ authorization: signed(scene), realmname: '' })],
];

/** Tokens that all carry super_admin, so that only their faults can make the gateway refuse them. */
export const badTokens: [string, Credentials][] = [
  ...publishedAttacks,
  ...malformed,
  ...algorithms,
  ...signatures,
  ...headers,
  ...claims.map(([name, changes]): [string, Credentials] => [
    name,
    (scene) => signed(scene, typeof changes === 'function' ? changes() : changes),
  ]),
  ...writings,
  ...realms,
];
