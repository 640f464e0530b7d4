import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { CompactEncrypt, importJWK } from 'jose';
import {
  acmeHeader,
  type Credentials,
  forged,
  publicJwk,
  publicPem,
  type Scene,
  signed,
  tampered,
  written,
} from './credentials.js';
import { encode, es256, forge, hs256, powerfulClaims, signature } from './forge.js';

const claimsOf = ({ acme }: Scene) => JSON.stringify(powerfulClaims(acme));
const plainToken = (scene: Scene) => `${encode('{"alg":"none"}')}.${encode(claimsOf(scene))}.`;
const der = (scene: Scene) =>
  createPublicKey(publicPem(scene)).export({ format: 'der', type: 'spki' }) as Buffer;

/** Writes the public key in OpenSSH's form (RFC 5656, section 3.1). */
function openSsh(scene: Scene): string {
  const { x = '', y = '' } = publicJwk(scene);
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const fields = [Buffer.from('ecdsa-sha2-nistp256'), Buffer.from('nistp256'), point].map((field) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field.length);
    return Buffer.concat([length, field]);
  });
  return `ecdsa-sha2-nistp256 ${Buffer.concat(fields).toString('base64')}`;
}

/** Makes an ECDSA signature of r and s, which must both be from 1 to n - 1 (FIPS 186-5, section 6.4.2). */
const rs = (r: string, s: string) => () => Buffer.from(r.padStart(64, '0') + s.padStart(64, '0'), 'hex');
/** The order of P-256 (SEC 2, section 2.4.2). */
const n = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

/** Encrypts a token as anybody can, since the key for that is public. */
async function encrypted(scene: Scene, content: string, header: object = {}): Promise<string> {
  const key = await importJWK({ ...publicJwk(scene), use: undefined, alg: undefined }, 'ECDH-ES');
  const protectedHeader = { alg: 'ECDH-ES', enc: 'A256GCM', kid: 'acme-key', ...header };
  return new CompactEncrypt(Buffer.from(content)).setProtectedHeader(protectedHeader).encrypt(key);
}

/** Makes an encrypted token of which the gateway should look at the header alone. */
const jwe = (header: object, content: Buffer = Buffer.alloc(16)) =>
  `Bearer ${encode(JSON.stringify({ enc: 'A256GCM', ...header }))}.AAAA.${encode(Buffer.alloc(12))}.${encode(content)}.${encode(Buffer.alloc(16))}`;

const atMallory = (scene: Scene, header: object) =>
  forged(scene, { kid: 'mallory-key', ...header }, es256(scene.mallory));
const malloryKey = ({ mallory }: Scene) => mallory.jwks.keys[0];
const malloryDer = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' });

/** The published attacks, each with its CVE number or the section of a specification that warns of it. */
// biome-ignore format: each row stays on its line
export const publishedAttacks: [string, Credentials][] = [
  ['CVE-2015-2951: alg none without a signature', (scene) => forged(scene, { alg: 'none' }, signature(0))],
  ['CVE-2018-1000531: alg none with a signature', (scene) => forged(scene, { alg: 'none' }, signature(64))],
  ['RFC 8725, 2.1: alg None', (scene) => forged(scene, { alg: 'None' }, signature(64))],
  ['RFC 8725, 2.1: alg NONE', (scene) => forged(scene, { alg: 'NONE' }, signature(64))],
  ['RFC 8725, 2.1: alg nOnE', (scene) => forged(scene, { alg: 'nOnE' }, signature(64))],
  ['CVE-2015-9235: HS256 under the public key as PEM', (scene) => forged(scene, { alg: 'HS256' }, hs256(publicPem(scene)))],
  ['CVE-2016-10555: the same without the line break at its end', (scene) => forged(scene, { alg: 'HS256' }, hs256(publicPem(scene).trim()))],
  ['CVE-2026-34950: the same with a space before it', (scene) => forged(scene, { alg: 'HS256' }, hs256(` ${publicPem(scene)}`))],
  ['CVE-2022-29217: HS256 under the public key as OpenSSH writes it', (scene) => forged(scene, { alg: 'HS256' }, hs256(openSsh(scene)))],
  ['CVE-2024-33663: HS256 under the public key as DER', (scene) => forged(scene, { alg: 'HS256' }, hs256(der(scene)))],
  ['CVE-2019-20933: HS256 under an empty secret', (scene) => forged(scene, { alg: 'HS256' }, hs256(''))],
  ['RFC 8725, 2.2: HS256 under a secret that is easily guessed', (scene) => forged(scene, { alg: 'HS256' }, hs256('secret'))],
  ['CVE-2022-23539: an algorithm of another type of key', (scene) => forged(scene, { alg: 'RS256' }, es256(scene.acme))],
  ['CVE-2020-28042: no signature after the last dot', (scene) => forged(scene, {}, signature(0))],
  ['CVE-2022-21449: a signature of zeros', (scene) => forged(scene, {}, signature(64))],
  ['CVE-2022-21449: r and s that are n', (scene) => forged(scene, {}, rs(n, n))],
  ['CVE-2022-21449: r that is 0', (scene) => forged(scene, {}, rs('0', '1'))],
  ['CVE-2022-21449: s that is n', (scene) => forged(scene, {}, rs('1', n))],
  ['CVE-2021-22573: a payload that is changed', (scene) => tampered(scene, 1, (bytes) => Buffer.from(bytes.toString().replace('mallory', 'somebody')))],
  ['CVE-2018-0114: its own key in jwk', (scene) => forged(scene, { jwk: malloryKey(scene) }, es256(scene.mallory))],
  ['CVE-2026-27962: its own key in jwk, without a kid', (scene) => forged(scene, { kid: undefined, jwk: malloryKey(scene) }, es256(scene.mallory))],
  ['RFC 8725, 3.10: its own keys in jku', (scene) => atMallory(scene, { jku: scene.keyUrl })],
  ["RFC 8725, 3.10: a jku with the issuer's host as the user", (scene) => atMallory(scene, { jku: scene.keyUrl.replace('//', '//acme.example.com@') })],
  ["RFC 8725, 3.10: a jku whose host begins with the issuer's", (scene) => atMallory(scene, { jku: `https://acme.example.com.mallory.example.com/keys#${scene.keyUrl}` })],
  ["RFC 8725, 3.10: a jku with the issuer's host in its fragment", (scene) => atMallory(scene, { jku: `${scene.keyUrl}#https://acme.example.com/` })],
  ['RFC 8725, 3.10: its own keys in x5u', (scene) => atMallory(scene, { x5u: scene.keyUrl })],
  ['RFC 8725, 3.10: its own key in x5c', (scene) => atMallory(scene, { kid: undefined, x5c: [malloryDer().toString('base64')] })],
  ['RFC 8725, 2.9: a kid that is a path', (scene) => signed(scene, {}, { kid: '../../../../etc/passwd' })],
  ['RFC 8725, 2.9: a kid that is an empty file, under an empty secret', (scene) => forged(scene, { alg: 'HS256', kid: '/dev/null' }, hs256(''))],
  ['RFC 8725, 2.9: a kid that is a URL', (scene) => forged(scene, { kid: scene.keyUrl }, es256(scene.mallory))],
  ['RFC 8725, 2.9: a kid that is SQL', (scene) => signed(scene, {}, { kid: "' or '1' = '1" })],
  ['RFC 8725, 2.9: a kid that is SQL and brings a secret', (scene) => forged(scene, { alg: 'HS256', kid: "x' union select 'secret" }, hs256('secret'))],
  ['RFC 8725, 2.9: a kid that is a command', (scene) => signed(scene, {}, { kid: 'acme-key|id' })],
  ['RFC 8725, 2.9: a kid with a zero byte after the right one', (scene) => signed(scene, {}, { kid: 'acme-key\u0000' })],
  ['RFC 8725, 2.9: a kid in LDAP', (scene) => signed(scene, {}, { kid: '*)(uid=*' })],
  ['CVE-2025-59420: an extension that is critical', (scene) => signed(scene, {}, { crit: ['exp2'], exp2: 1 })],
  ['CVE-2026-32597: a critical extension that is not there', (scene) => signed(scene, {}, { crit: ['cnf'] })],
  ['RFC 7797, 6: b64 false', (scene) => signed(scene, {}, { crit: ['b64'], b64: false })],
  ['RFC 7797, 6: b64 false, and a payload as it is', (scene) => written(scene, JSON.stringify({ ...acmeHeader, b64: false }), claimsOf(scene)).replace(/\..*\./, '.admin.')],
  ['CVE-2025-30144: a list of issuers', (scene) => signed(scene, { iss: ['https://mallory.example.com', 'https://acme.example.com'] })],
  ['CVE-2024-53861: a part of the issuer', (scene) => signed(scene, { iss: 'https://acme' })],
  ['CVE-2020-26160: an empty list of audiences', (scene) => signed(scene, { aud: [] })],
  ['CVE-2020-26160: an empty audience', (scene) => signed(scene, { aud: [''] })],
  ['RFC 8725, 2.7: a token for another service', (scene) => signed(scene, { aud: 'another-service' })],
  ["RFC 8725, 2.8: another realm's token", ({ partner }) => ({ authorization: `Bearer ${forge({ ...acmeHeader, kid: 'partner-key' }, powerfulClaims(partner), es256(partner))}`, realmname: 'acme' })],
  ['RFC 8725, 3.11: a logout token', (scene) => signed(scene, {}, { typ: 'logout+jwt' })],
  ['RFC 8725, 3.11: a proof of possession', (scene) => signed(scene, {}, { typ: 'dpop+jwt' })],
  ['RFC 8725, 3.11: a security event', (scene) => signed(scene, {}, { typ: 'application/secevent+jwt' })],
  ['RFC 8725, 3.11: the answer of an introspection', (scene) => signed(scene, {}, { typ: 'token-introspection+jwt' })],
  ['RFC 8725, 2.3: a token in a token', (scene) => `Bearer ${forge({ ...acmeHeader, cty: 'JWT' }, signed(scene), es256(scene.acme))}`],
  ['CVE-2026-29000: an unsigned token, encrypted under the public key', async (scene) => `Bearer ${await encrypted(scene, plainToken(scene), { cty: 'JWT' })}`],
  ['CVE-2023-51774: claims, encrypted under the public key', async (scene) => `Bearer ${await encrypted(scene, claimsOf(scene))}`],
  ['CVE-2023-51774: the same in the three parts of a signed token', async (scene) => `Bearer ${(await encrypted(scene, claimsOf(scene))).split('.').slice(0, 1)}.${encode(claimsOf(scene))}.AAAA`],
  ['CVE-2019-18848: an encrypted token without its tag', async (scene) => `Bearer ${(await encrypted(scene, claimsOf(scene))).replace(/\.[^.]*$/, '')}`],
  ['RFC 8725, 2.3: an unsigned token, encrypted under its own key (alg dir)', (scene) => jwe({ alg: 'dir' }, Buffer.from(plainToken(scene)))],
  ['CVE-2024-28176: an encrypted token that is 10 MB when it is unpacked', () => jwe({ alg: 'dir', zip: 'DEF' }, deflateRawSync(Buffer.alloc(6_000_000)))],
  ['CVE-2022-36083: an encrypted token that asks for two billion rounds of PBKDF2', () => jwe({ alg: 'PBES2-HS512+A256KW', p2s: 'AAAAAAAAAAA', p2c: 2_147_483_647 })],
  ['CVE-2017-16007: an encrypted token with a point that is not on the curve', () => jwe({ alg: 'ECDH-ES', epk: { kty: 'EC', crv: 'P-256', x: encode(Buffer.alloc(32, 1)), y: encode(Buffer.alloc(32, 1)) } })],
  ['CVE-2022-39227: two serializations in one', (scene) => `Bearer {"  ${signed(scene).slice('Bearer '.length)}":"","protected":"${encode('{"alg":"ES256"}')}","payload":"${encode(claimsOf(scene))}","signature":"AAAA"}`],
  ['CVE-2024-34273: an alg that the header inherits', (scene) => written(scene, '{"__proto__":{"alg":"none"},"constructor":{"prototype":{"alg":"none"}}}', claimsOf(scene), signature(64))],
  ['CVE-2025-61920: 9 kB of header', (scene) => forged(scene, { junk: 'x'.repeat(9000) }, signature(64))],
  ['RFC 8725, 2.6: UTF-16', (scene) => `Bearer ${encode(Buffer.from(JSON.stringify(acmeHeader), 'utf16le'))}.${encode(Buffer.from(claimsOf(scene), 'utf16le'))}.AAAA`],
];
