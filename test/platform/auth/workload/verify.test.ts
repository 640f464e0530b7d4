import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';

import { createIssuer, type Issuer } from '../../../harness/issuer.js';
import { encode, es256, forge, tamper } from '../forge.js';
import { now, outcome, reasonFor, type TestedTokens, tokensOf, withKeys } from './workload-tokens.js';

let issuer: Issuer;
let stranger: Issuer;
let tokens: TestedTokens;

beforeAll(async () => {
  issuer = await createIssuer('ci');
  stranger = await createIssuer('ci');
  tokens = tokensOf([
    withKeys(issuer),
    { name: 'other', issuer: 'https://other.example.com', jwks: stranger.jwks },
  ]);
});

const claims = (changes: object = {}) => ({
  iss: issuer.issuer,
  aud: 'gateway',
  sub: 'repo:acme/shop:ref:refs/heads/main',
  iat: now(),
  exp: now() + 600,
  ...changes,
});
const header = (changes: object = {}) => ({ alg: 'ES256', typ: 'JWT', kid: 'ci-key', ...changes });
const token = (claimChanges: object = {}, headerChanges: object = {}) =>
  forge(header(headerChanges), claims(claimChanges), es256(issuer));

test('a token says who the workload is, and for whom the token is', async () => {
  const text = token({ repository: 'acme/shop' });
  const [protectedHeader, payload] = text.split('.');
  expect(await tokens.verify(text)).toEqual({
    issuer: expect.objectContaining({
      name: 'ci',
      issuer: issuer.issuer,
      maxTokenAge: 3600,
      singleUse: false,
    }),
    subject: 'repo:acme/shop:ref:refs/heads/main',
    audience: ['gateway'],
    claims: expect.objectContaining({ repository: 'acme/shop' }),
    issuedAt: expect.any(Number),
    expiresAt: expect.any(Number),
    id: createHash('sha256').update(`${protectedHeader}.${payload}`).digest('base64url'),
  });
});

// biome-ignore format: each row stays on its line
test.each<[string, object, object]>([
  ['no type, as in Kubernetes', {}, { typ: undefined }],
  ['the type jwt', {}, { typ: 'jwt' }],
  ['the type JOSE, as in SPIFFE', {}, { typ: 'JOSE' }],
  ['the hash of a certificate, as at GitHub and Azure', {}, { x5t: 'AQ', 'x5t#S256': 'AQ' }],
  ['no kid', {}, { kid: undefined }],
  ['several audiences', { aud: ['a', 'b'] }, {}],
  ['ten audiences', { aud: Array(10).fill('a') }, {}],
  ['a subject of 1024 characters', { sub: 'x'.repeat(1024) }, {}],
  ['a clock that is 30 seconds ahead', { iat: Math.floor(Date.now() / 1000) + 30 }, {}],
  ['a start that is 30 seconds ahead', { nbf: Math.floor(Date.now() / 1000) + 30 }, {}],
  ['fractions of seconds', { iat: Date.now() / 1000, exp: Date.now() / 1000 + 60.5 }, {}],
])('a token with %s is accepted', async (_name, claimChanges, headerChanges) => {
  expect(await reasonFor(tokens, token(claimChanges, headerChanges))).toBe('accepted');
});

const text = (length: number) => 'x'.repeat(length);
const soon = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

// biome-ignore format: each row stays on its line
test.each<[string, object, object, string, string]>([
  ['the type of an access token', {}, { typ: 'at+jwt' }, 'invalid_assertion', 'The header typ must be JWT or JOSE, or omitted; tokens of another type have another purpose'],
  ['a type that is no text', {}, { typ: 1 }, 'invalid_assertion', 'The header typ must be JWT or JOSE, or omitted; tokens of another type have another purpose'],
  ['an algorithm that the issuer does not have', {}, { alg: 'HS256' }, 'invalid_assertion', 'The header alg must be one of the algorithms of the issuer ci: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519'],
  ['a kid that is no text', {}, { kid: 1 }, 'invalid_assertion', 'The header kid must be a text'],
  ['crit', {}, { crit: ['b64'], b64: true }, 'invalid_assertion', 'The header crit is not supported'],
  ['an empty crit', {}, { crit: [] }, 'invalid_assertion', 'The header crit is not supported'],
  ['jku', {}, { jku: 'https://mallory.example.com' }, 'invalid_assertion', 'The header jku must be omitted, because only the published keys of the issuer count'],
  ['jwk', {}, { jwk: {} }, 'invalid_assertion', 'The header jwk must be omitted, because only the published keys of the issuer count'],
  ['x5u', {}, { x5u: 'https://mallory.example.com' }, 'invalid_assertion', 'The header x5u must be omitted, because only the published keys of the issuer count'],
  ['x5c', {}, { x5c: [] }, 'invalid_assertion', 'The header x5c must be omitted, because only the published keys of the issuer count'],
  ['no subject', { sub: undefined }, {}, 'invalid_assertion', 'The claim sub must be a text of 1 to 1024 characters without control characters'],
  ['an empty subject', { sub: '' }, {}, 'invalid_assertion', 'The claim sub must be a text of 1 to 1024 characters without control characters'],
  ['a long subject', { sub: text(1025) }, {}, 'invalid_assertion', 'The claim sub must be a text of 1 to 1024 characters without control characters'],
  ['a subject that is a number', { sub: 1 }, {}, 'invalid_assertion', 'The claim sub must be a text of 1 to 1024 characters without control characters'],
  ['a subject with a zero byte', { sub: 'a\0' }, {}, 'invalid_assertion', 'The claim sub must be a text of 1 to 1024 characters without control characters'],
  ['half a character in the subject', { sub: 'a\ud800' }, {}, 'invalid_assertion', 'The claim sub must be a text of 1 to 1024 characters without control characters'],
  ['no audience', { aud: undefined }, {}, 'invalid_assertion', 'The claim aud must be a text, or a list of 1 to 10 texts'],
  ['an empty list of audiences', { aud: [] }, {}, 'invalid_assertion', 'The claim aud must be a text, or a list of 1 to 10 texts'],
  ['eleven audiences', { aud: Array(11).fill('a') }, {}, 'invalid_assertion', 'The claim aud must be a text, or a list of 1 to 10 texts'],
  ['an audience in a list in a list', { aud: [['gateway']] }, {}, 'invalid_assertion', 'The claim aud must be a text, or a list of 1 to 10 texts'],
  ['an audience that is an object', { aud: { gateway: true } }, {}, 'invalid_assertion', 'The claim aud must be a text, or a list of 1 to 10 texts'],
  ['no expiry', { exp: undefined }, {}, 'invalid_assertion', 'The claim exp must be a number of seconds since 1970'],
  ['an expiry that is a text', { exp: '9999999999' }, {}, 'invalid_assertion', 'The claim exp must be a number of seconds since 1970'],
  ['no time of issue', { iat: undefined }, {}, 'invalid_assertion', 'The claim iat must be a number of seconds since 1970'],
  ['a time of issue that is null', { iat: null }, {}, 'invalid_assertion', 'The claim iat must be a number of seconds since 1970'],
  ['a start that is a text', { nbf: '0' }, {}, 'invalid_assertion', 'The claim nbf must be a number of seconds since 1970'],
  ['an expiry before the time of issue', { iat: soon(20), exp: soon(10) }, {}, 'invalid_assertion', 'The claim iat must not be later than exp'],
  ['another issuer', { iss: 'https://mallory.example.com' }, {}, 'issuer_not_trusted', 'The issuer of the token, https://mallory.example.com, is not in WORKLOAD_ISSUERS_FILE, where it must have exactly this spelling'],
  ['the issuer with a slash', { iss: 'https://ci.example.com/' }, {}, 'issuer_not_trusted', 'The issuer of the token, https://ci.example.com/, is not in WORKLOAD_ISSUERS_FILE, where it must have exactly this spelling'],
  ['the issuer in capitals', { iss: 'https://CI.example.com' }, {}, 'issuer_not_trusted', 'The issuer of the token, https://CI.example.com, is not in WORKLOAD_ISSUERS_FILE, where it must have exactly this spelling'],
  ['an issuer that would break out of an error description', { iss: 'a"\\\n\u202eä' }, {}, 'issuer_not_trusted', 'The issuer of the token, a?????, is not in WORKLOAD_ISSUERS_FILE, where it must have exactly this spelling'],
  ['a long issuer', { iss: text(10_000) }, {}, 'issuer_not_trusted', `The issuer of the token, ${text(255)}, is not in WORKLOAD_ISSUERS_FILE, where it must have exactly this spelling`],
  ['no issuer', { iss: undefined }, {}, 'issuer_not_trusted', 'The claim iss must be the issuer of the token'],
  ['a list of issuers', { iss: ['https://ci.example.com'] }, {}, 'issuer_not_trusted', 'The claim iss must be the issuer of the token'],
  ['the issuer of another key', { iss: 'https://other.example.com' }, {}, 'wrong_key', 'No key that the issuer other publishes has signed the token'],
  ['an unknown kid', {}, { kid: 'other' }, 'wrong_key', 'No key that the issuer ci publishes has signed the token'],
  ['the algorithm of another key', {}, { alg: 'RS256' }, 'wrong_key', 'No key that the issuer ci publishes has signed the token'],
])('a token with %s is rejected', async (_name, claimChanges, headerChanges, reason, message) => {
  expect(await outcome(tokens, token(claimChanges, headerChanges))).toMatchObject({ reason, message });
});

test('a token that another key signed, or whose parts are changed, is rejected like one with an unknown kid', async () => {
  const good = token();
  const forged = [
    forge(header(), claims(), es256(stranger)),
    forge(header({ kid: undefined }), claims(), es256(stranger)),
    forge(header(), claims(), es256(issuer, 'der')),
    tamper(good, 1, () => Buffer.from(JSON.stringify(claims({ sub: 'mallory' })))),
    tamper(good, 2, () => Buffer.alloc(64)),
    tamper(good, 2, () => Buffer.alloc(0)),
  ];
  for (const one of forged)
    expect(await outcome(tokens, one)).toMatchObject({
      reason: 'wrong_key',
      message: 'No key that the issuer ci publishes has signed the token',
    });
});

test('only the one correct text of a token is accepted', async () => {
  const good = token();
  const [first = '', second = '', third = ''] = good.split('.');
  const others = [
    '',
    first,
    `${first}.${second}`,
    `${good}.`,
    `${good}.${third}`,
    ` ${good}`,
    `${good}\n`,
    `${good}=`,
    good.replace(/-|_|$/, '+'),
    `${first}.${encode('[]')}.${third}`,
    `${encode('null')}.${second}.${third}`,
    `${first}.${encode('{')}.${third}`,
  ];
  for (const one of others)
    expect(await outcome(tokens, one)).toMatchObject({
      reason: 'invalid_assertion',
      message: 'The token must be a signed JWT in the compact serialization',
    });
  expect(await reasonFor(tokens, good)).toBe('accepted');
});
