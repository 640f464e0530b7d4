import { generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportJWK, type JWK } from 'jose';
import type { Issuer } from '../../harness/issuer.js';
import { json } from './key-server.js';
import { published, type ServedRealms, startServedRealms } from './served-realms.js';

const send =
  (body: string | Buffer, status = 200, headers = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

/** Writes a chunk again and again until the gateway closes the connection. */
function pour(stream: Writable, chunk: string, pause: number) {
  const timer = setInterval(() => stream.write(chunk), pause);
  stream.on('close', () => clearInterval(timer));
}

const gzip = { 'content-encoding': 'gzip' };
const noJson = 'the response is not valid JSON';
const shape = 'the response is not a JWK Set with at most 100 keys';
const large = 'the response is larger than 256 kB';
const slow = 'the response took longer than 5 seconds';
const brackets = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

// biome-ignore format: each row stays on its line
const rubbish: [string, RequestListener, string][] = [
  ['10 MB', send('x'.repeat(10_000_000)), large],
  ['10 MB of good JSON', json({ keys: [], padding: 'x'.repeat(10_000_000) }), large],
  ['an endless stream', (_request, response) => pour(response, 'x'.repeat(50_000), 1), large],
  ['100 MB in 100 kB of gzip', send(gzipSync(Buffer.alloc(100_000_000, ' ')), 200, gzip), large],
  ['gzip that is none', send('{"keys":[]}', 200, gzip), 'Z_DATA_ERROR'],
  ['a byte at a time', (_request, response) => pour(response, ' ', 500), slow],
  ['a header at a time', ({ socket }) => void socket.write('HTTP/1.1 200 OK\r\n', () => pour(socket, 'a: b\r\n', 500)), slow],
  ['a page', send('<html></html>'), noJson],
  ['nothing', send(''), noJson],
  ['bytes that are not UTF-8', send(Buffer.from([0x22, 0xff, 0x22])), noJson],
  ['null', json(null), shape],
  ['text', json('keys'), shape],
  ['keys that are an object', json({ keys: {} }), shape],
  ['101 keys', json({ keys: Array(101).fill({ kty: 'EC' }) }), shape],
  ['200,000 brackets', send(brackets(1e5)), shape],
  ['201', send('{"keys":[]}', 201), 'the response has status 201'],
  ['204', send('', 204), 'the response has status 204'],
  ['a redirect', send('', 307, { location: '/keys' }), 'the response has status 307, and redirects are not followed'],
];

const ec = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' });
const rsa = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });

/** Stands for brackets that are too deep for JSON.stringify. */
const deep = '(10,000 brackets)';

// biome-ignore format: each row stays on its line
const beside: [string, unknown][] = [
  ['null', null],
  ['a word', 'key'],
  ['a list', []],
  ['10,000 lists', deep],
  ['an object without anything', {}],
  ['a shared key', { kty: 'oct', k: 'c2VjcmV0' }],
  ['a shared key for HS256', { kty: 'oct', alg: 'HS256', k: 'c2VjcmV0' }],
  ['a type of key that nobody knows', { kty: 'XYZ', alg: 'ES256' }],
  ['a point that is not on its curve', { kty: 'EC', crv: 'P-256', alg: 'ES256', x: 'A'.repeat(43), y: 'A'.repeat(43) }],
  ['a curve that nobody knows', { kty: 'EC', crv: 'P-257', alg: 'ES256', x: 'AA', y: 'AA' }],
  ['half a key', { kty: 'EC', crv: 'P-256', alg: 'ES256' }],
  ['coordinates that are numbers', { kty: 'EC', crv: 'P-256', alg: 'ES256', x: 1, y: 2 }],
  ['a short RSA key', rsa(1024)],
  ['a good RSA key', rsa(2048)],
  ['another curve', ec('P-384')],
  ['a curve of Bitcoin', ec('secp256k1')],
  ['another good key', ec('P-256')],
  ['a key for encryption', { ...ec('P-256'), use: 'enc' }],
  ['operations that are no list', { ...ec('P-256'), key_ops: 'verify' }],
  ['operations twice', { ...ec('P-256'), key_ops: ['verify', 'verify'] }],
  ['a key for signing', { ...ec('P-256'), key_ops: ['verify', 'sign'] }],
  ['a member that is 10,000 deep', { ...ec('P-256'), x5c: deep }],
];

let realms: ServedRealms;

beforeAll(async () => {
  const names = [
    ...rubbish.map(([name]) => realmOf(name)),
    ...beside.map(([name]) => realmOf(name, 'beside')),
  ];
  realms = await startServedRealms(['private', 'none', 'operations', 'encryption', ...names]);
});
afterAll(() => realms.close());

const realmOf = (name: string, table = 'rubbish') => `${table}-${name.replace(/\W/g, '-')}`;

test.each(rubbish)(
  '%s instead of keys makes a realm unavailable, and the log says why',
  async (name, answer, reason) => {
    const realm = realmOf(name);
    realms.server(realm).answer = answer;
    expect(await realms.ask(realm)).toMatchObject({ status: 503 });
    expect(realms.log(realm)).toMatchObject([{ url: realms.server(realm).url, reason }]);
  },
);

test.each(beside)('%s beside a good key, under its kid and without one, does no harm', async (name, key) => {
  const realm = realmOf(name, 'beside');
  const isKey = typeof key === 'object' && key !== null && !Array.isArray(key);
  const keys = [isKey ? { ...key, kid: 'partner-key' } : key, realms.issuer.jwks.keys[0], key];
  realms.server(realm).answer = send(JSON.stringify({ keys }).replaceAll(`"${deep}"`, brackets(10_000)));
  expect(await realms.ask(realm)).toMatchObject({ status: 200 });
  expect(await realms.ask(realm, { kid: undefined })).toMatchObject({ status: 200 });
});

test('a private key is not used, though tokens are signed with it', async () => {
  const key = await privateJwk(realms.issuer);
  realms.server('private').answer = json({ keys: [key] });
  expect(await realms.ask('private')).toMatchObject({ status: 401 });
  expect(realms.log('private')).toMatchObject([
    {
      level: 50,
      keys: 0,
      skipped: 1,
      msg: 'Realm has no usable keys; all of its access tokens are rejected',
    },
  ]);
  expect(realms.gateway.log.join()).not.toContain(key.d);
});

test.each([
  ['operations', ['sign', 'verify'], 200],
  ['encryption', ['encrypt'], 401],
])('a key is used if its operations include verify: %s', async (realm, key_ops, status) => {
  realms.server(realm).answer = published([realms.issuer], { key_ops });
  expect(await realms.ask(realm)).toMatchObject({ status });
});

test('an issuer without a single key has no good tokens', async () => {
  realms.server('none').answer = json({ keys: [] });
  expect(await realms.ask('none')).toMatchObject({ status: 401 });
});

const privateJwk = async ({ privateKey, jwks }: Issuer): Promise<JWK> => ({
  ...(await exportJWK(privateKey)),
  ...jwks.keys[0],
});
