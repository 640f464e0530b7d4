import { afterAll, beforeAll } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { issuer as ownIssuer } from './assertions.js';
import { type Attack, claimsOf, forged, testAttacks, written } from './workload-attacks.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const token = (one: { subject: string }, claims: object = {}) => forged(gateway.workloads, one, claims);
/** Makes an attack of which only one claim is wrong. */
const sub = (what: string, reason: string, change: (subject: string) => unknown, trust?: object): Attack => [
  `whose subject ${what}`,
  reason,
  (one) => token(one, { sub: change(one.subject) }),
  { ...trust },
];
const aud = (what: string, reason: string, value: unknown): Attack => [
  `whose audience ${what}`,
  reason,
  (one) => token(one, { aud: value }),
];
const iss = (what: string, value: unknown): Attack => [
  `whose issuer ${what}`,
  'issuer_not_trusted',
  (one) => token(one, { iss: value }),
];
const claim = (what: string, claims: object, name = 'ref', value = 'main'): Attack => [
  `that has ${what}`,
  'wrong_claims',
  (one) => token(one, claims),
  { claims: [{ name, value }] },
];

// biome-ignore format: each row stays on its line
const subjects: Attack[] = [
  sub('only begins like that of the trust', 'wrong_subject', (subject) => `${subject}-2`),
  sub('is the beginning of that of the trust', 'wrong_subject', (subject) => subject.slice(0, -1)),
  sub('only ends like that of the trust', 'wrong_subject', (subject) => `x${subject}`),
  sub('has another case', 'wrong_subject', (subject) => subject.toUpperCase()),
  sub('has a space after it', 'wrong_subject', (subject) => `${subject} `),
  sub('has a space before it', 'wrong_subject', (subject) => ` ${subject}`),
  sub('is escaped', 'wrong_subject', (subject) => encodeURIComponent(subject)),
  sub('has a slash after it', 'wrong_subject', (subject) => `${subject}/`),
  sub('has a Cyrillic letter', 'wrong_subject', (subject) => subject.replace('o', '\u043e')),
  sub('has a letter of full width', 'wrong_subject', (subject) => subject.replace('r', '\uff52')),
  sub('has an invisible character', 'wrong_subject', (subject) => subject.replace(':', '\u200b:')),
  sub('is decomposed, and the trust is not', 'wrong_subject', () => 'caf\u0065\u0301', { subject: 'caf\u00e9' }),
  sub('is composed, and the trust is not', 'wrong_subject', () => 'caf\u00e9', { subject: 'caf\u0065\u0301' }),
  sub('is a pattern', 'wrong_subject', () => '%'),
  sub('is a wildcard', 'wrong_subject', () => '*'),
  sub('is of a pattern that the trust looks like', 'wrong_subject', () => 'repo:axc', { subject: 'repo:a.c' }),
  sub('has a line break after it', 'invalid_assertion', (subject) => `${subject}\n`),
  sub('has a zero byte after it', 'invalid_assertion', (subject) => `${subject}\0`),
  sub('is empty', 'invalid_assertion', () => ''),
  sub('is a number, as in the trust', 'invalid_assertion', () => 42, { subject: '42' }),
  sub('is true, as in the trust', 'invalid_assertion', () => true, { subject: 'true' }),
  sub('is null, as in the trust', 'invalid_assertion', () => null, { subject: 'null' }),
  sub('is a list with that of the trust', 'invalid_assertion', (subject) => [subject]),
  sub('is an object', 'invalid_assertion', (subject) => ({ [subject]: subject })),
  sub('is missing', 'invalid_assertion', () => undefined),
];

// biome-ignore format: each row stays on its line
const audiences: Attack[] = [
  aud('is another', 'wrong_audience', 'https://other.example.com'),
  aud('is ours and another', 'wrong_audience', [ownIssuer, 'https://other.example.com']),
  aud('is another and ours', 'wrong_audience', ['https://other.example.com', ownIssuer]),
  aud('is that of our access tokens', 'wrong_audience', 'https://gateway.example.com/api'),
  aud('is the token endpoint', 'wrong_audience', `${ownIssuer}/token`),
  aud('is ours with a slash', 'wrong_audience', `${ownIssuer}/`),
  aud('is ours in capitals', 'wrong_audience', ownIssuer.toUpperCase()),
  aud('is ours with a space', 'wrong_audience', `${ownIssuer} `),
  aud('is ours and another in one text', 'wrong_audience', `${ownIssuer} https://other.example.com`),
  aud('is ours and an empty text', 'wrong_audience', [ownIssuer, '']),
  aud('is empty', 'wrong_audience', ''),
  aud('is a list in a list', 'invalid_assertion', [[ownIssuer]]),
  aud('is an empty list', 'invalid_assertion', []),
  aud('is ours and null', 'invalid_assertion', [ownIssuer, null]),
  aud('is an object', 'invalid_assertion', { [ownIssuer]: ownIssuer }),
  aud('is null', 'invalid_assertion', null),
  aud('is missing', 'invalid_assertion', undefined),
];

const issuers: Attack[] = [
  iss('has a slash after it', 'https://ci.example.com/'),
  iss('has another case', 'https://CI.example.com'),
  iss('has another scheme', 'http://ci.example.com'),
  iss('has no scheme', 'ci.example.com'),
  iss('has the port', 'https://ci.example.com:443'),
  iss('has a user', 'https://ci.example.com@mallory.example.com'),
  iss('has a path', 'https://ci.example.com/mallory'),
  iss('is the name of the issuer', 'ci'),
  iss('is a list', ['https://ci.example.com']),
  iss('is an object', { 'https://ci.example.com': true }),
  iss('is a number', 1),
  iss('is null', null),
  iss('is missing', undefined),
  iss('is this gateway', ownIssuer),
  iss('is that of a realm', 'https://acme.example.com'),
];

// biome-ignore format: each row stays on its line
const claims: Attack[] = [
  claim('a claim with another value', { ref: 'develop' }),
  claim('a claim in another case', { ref: 'MAIN' }),
  claim('a claim that begins like that of the trust', { ref: 'main2' }),
  claim('a claim with a space after it', { ref: 'main ' }),
  claim('a list with the value', { ref: ['main'] }),
  claim('an object with the value', { ref: { main: 'main' } }),
  claim('null', { ref: null }, 'ref', 'null'),
  claim('no such claim', {}),
  claim('no such claim, and the trust wants undefined', {}, 'ref', 'undefined'),
  claim('the claim in another case', { Ref: 'main' }),
  claim('the claim deeper', { claims: { ref: 'main' } }),
  claim('a flat name instead of a path', { 'a.ref': 'main', '/a/ref': 'main' }, '/a/ref'),
  claim('a path instead of a flat name', { a: { ref: 'main' } }, 'a.ref'),
  claim('the value in a list on the path', { a: [{ ref: 'main' }] }, '/a/ref'),
  claim('a text on the path, which has a length', { a: 'main' }, '/a/length', '4'),
  claim('a property of every object', {}, 'constructor', 'Object'),
  claim('the prototype of every object', {}, '/__proto__/constructor/name', 'Object'),
  claim('the name of the class of a list', { a: [] }, '/a/constructor/name', 'Array'),
  claim('a list with a length', { a: ['x'] }, '/a/length', '1'),
  claim('false instead of true', { ref: false }, 'ref', 'true'),
];

/** Makes an attack with a number that JSON.parse does not read exactly. */
const number = (text: string, value: string): Attack => [
  `with the number ${text} for a trust that wants ${value}`,
  'wrong_claims',
  (one) => {
    const { workloads } = gateway;
    const payload = JSON.stringify({ ...claimsOf(workloads, one), id: 0 });
    return written(workloads, payload.replace('"id":0', `"id":${text}`));
  },
  { claims: [{ name: 'id', value }] },
];
const numbers: Attack[] = [
  number('9007199254740993', '9007199254740992'),
  number('12345678901234567891', '12345678901234567000'),
  number('-9007199254740993', '-9007199254740992'),
  number('1e400', 'null'),
  number('1e400', 'Infinity'),
  number('42', '42.0'),
  number('42', '042'),
];

testAttacks(() => gateway, [...subjects, ...audiences, ...issuers, ...claims, ...numbers]);
