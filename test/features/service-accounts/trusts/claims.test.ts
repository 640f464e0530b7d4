import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../../harness/admin.js';
import { type Gateway, startGateway } from '../../../harness/gateway.js';
import { newTrust, trustCalls, trustTransports } from './trust-calls.js';

let gateway: Gateway;
let admin: Somebody;
let id: string;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  ({ id } = await admin.create());
});
afterAll(() => gateway.close());

const named = (name: unknown) => [{ name, value: 'x' }];
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `c${index}`, value: 'x' }));

/** Wrong claims of a trust, each with the field that the error names and what it says. */
const wrong: [string, string, unknown][] = [
  ['claims', 'must contain at most 5 entries', many(6)],
  ['claims', 'must not contain a name twice', [...named('a'), { name: 'a', value: 'y' }]],
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'nbf'].map((name): [string, string, unknown] => [
    'claims.0.name',
    'must not be iss, sub, aud, exp, iat, nbf, which are always checked',
    named(name),
  ]),
  ['claims.0.name', 'must not be iss, sub, aud, exp, iat, nbf, which are always checked', named('/sub')],
  ['claims.0.name', 'must not start or end with white space', named(' a')],
  ['claims.0.value', 'must not start or end with white space', [{ name: 'a', value: 'x ' }]],
  ['claims.0.name', 'must be a valid JSON Pointer (RFC 6901)', named('/a~2b')],
  ['claims.0.name', 'must be a valid JSON Pointer (RFC 6901)', named('/a~')],
  ['claims.0.name', 'must be 1 to 255 characters', named('')],
  ['claims.0.name', 'must be 1 to 255 characters', named('x'.repeat(256))],
  ['claims.0.value', 'must be 1 to 255 characters', [{ name: 'a', value: '' }]],
  ['claims.0.value', 'must be 1 to 255 characters', [{ name: 'a', value: 'a\0' }]],
  ['claims.0.value', '', [{ name: 'a' }]],
  ['claims.0.value', '', [{ name: 'a', value: 5 }]],
  ['claims.0.color', '', [{ name: 'a', value: 'x', color: 'red' }]],
  ['claims.0', '', [null]],
];

test.each(wrong)('an error names %s and says %j for %j', async (field, text, claims) => {
  for (const transport of trustTransports) {
    const { code, details, message } = await trustCalls[transport](admin).add(id, newTrust({ claims }));
    expect({ code, details }).toEqual({ code: 'BAD_USER_INPUT', details: { field } });
    expect(message?.startsWith(`${field}: ${text}`)).toBe(true);
  }
  expect(await trustCalls.REST(admin).trustsOf(id)).toEqual([]);
});

test('a subject with white space around it is rejected, because it would never match', async () => {
  const { message } = await trustCalls.REST(admin).add(id, { subject: 'repo:acme/api ' });
  expect(message).toBe('subject: must not start or end with white space');
});

test('a subject with a wildcard is rejected with the way out', async () => {
  const { message } = await trustCalls.REST(admin).add(id, { subject: 'repo:acme/*' });
  expect(message).toBe(
    'subject: must be the exact subject; wildcards are not supported, so add one trust for each subject',
  );
});
