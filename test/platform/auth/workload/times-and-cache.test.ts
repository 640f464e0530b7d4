import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../../harness/clock.js';
import { createIssuer, type Issuer } from '../../../harness/issuer.js';
import { encode, es256 } from '../forge.js';
import { json, type KeyServer, startKeyServer } from '../key-server.js';
import { held, published } from '../served-realms.js';
import { now, outcome, reasonFor, tokensOf, withKeys } from './workload-tokens.js';

let issuer: Issuer;
let next: Issuer;
let server: KeyServer;

beforeAll(async () => {
  issuer = await createIssuer('ci');
  next = await createIssuer('ci');
  server = await startKeyServer(json(issuer.jwks));
});
afterEach(restoreClock);
afterAll(() => server.close());

/** Counts the verifications of signatures, which are what the cache saves. */
function countVerifications() {
  const verify = jest.spyOn(crypto.subtle, 'verify');
  return () => verify.mock.calls.length;
}

test('a token is valid until its last second, and not after it, in the cache, too', async () => {
  const tokens = tokensOf([withKeys(issuer)]);
  moveClock(0);
  const exp = now() + 600;
  const left = exp - Date.now() / 1000;
  const [token, other] = [await issuer.sign({ exp }), await issuer.sign({ exp, jti: 'other' })];
  expect(await reasonFor(tokens, token)).toBe('accepted');
  moveClock(left - 0.01);
  expect(await reasonFor(tokens, token)).toBe('accepted');
  moveClock(left + 0.01);
  for (const one of [token, other])
    expect(await outcome(tokens, one)).toMatchObject({
      reason: 'assertion_expired',
      message: 'The token expired 0 seconds ago; request another one',
    });
});

test('a token is accepted until it is maxTokenAge seconds old, in the cache, too', async () => {
  const tokens = tokensOf([withKeys(issuer, { maxTokenAge: 60 })]);
  moveClock(0);
  const token = await issuer.sign({ iat: now() - 58, exp: now() + 10_000 });
  const other = await issuer.sign({ iat: now() - 58, exp: now() + 10_000, jti: 'other' });
  expect(await reasonFor(tokens, token)).toBe('accepted');
  moveClock(4);
  for (const one of [token, other])
    expect(await outcome(tokens, one)).toMatchObject({
      reason: 'assertion_too_old',
      message: expect.stringMatching(
        /^The token is 6[23] seconds old, and maxTokenAge of the issuer ci is 60; request another token$/,
      ),
    });
});

test('by default, a token can be one hour old', async () => {
  const tokens = tokensOf([withKeys(issuer)]);
  const ofAge = (age: number) => issuer.sign({ iat: now() - age, exp: now() + 10_000 });
  expect(await reasonFor(tokens, await ofAge(3590))).toBe('accepted');
  expect(await reasonFor(tokens, await ofAge(3610))).toBe('assertion_too_old');
});

test.each(['iat', 'nbf'])('%s may be 30 seconds in the future, and no more', async (name) => {
  const tokens = tokensOf([withKeys(issuer)]);
  const token = await issuer.sign({ exp: now() + 600, [name]: now() + 40 });
  expect(await outcome(tokens, token)).toMatchObject({
    reason: 'invalid_assertion',
    message: expect.stringMatching(
      new RegExp(
        `^The claim ${name} is (39|40) seconds in the future; check the clocks of the gateway and of the issuer$`,
      ),
    ),
  });
  moveClock(15);
  expect(await reasonFor(tokens, token)).toBe('accepted');
});

test.each(['exp', 'iat'])('%s is not a number that JSON reads as infinite', async (name) => {
  const tokens = tokensOf([withKeys(issuer)]);
  const claims = { iss: issuer.issuer, aud: 'gateway', sub: 'job', iat: 0, exp: 0, [name]: 'infinite' };
  const payload = JSON.stringify(claims).replace('"infinite"', '1e400');
  const input = `${encode('{"alg":"ES256","kid":"ci-key"}')}.${encode(payload)}`;
  const token = `${input}.${encode(es256(issuer)(input))}`;
  expect(await outcome(tokens, token)).toMatchObject({
    reason: 'invalid_assertion',
    message: `The claim ${name} must be a number of seconds since 1970`,
  });
});

test('the signature of a token is verified once in five minutes', async () => {
  const tokens = tokensOf([withKeys(issuer)]);
  const token = await issuer.sign({ exp: now() + 3000 });
  moveClock(0);
  let verifications = countVerifications();
  const first = await tokens.verify(token);
  for (let i = 0; i < 10; i++) expect(await tokens.verify(token)).toBe(first);
  expect(verifications()).toBe(1);
  moveClock(299);
  verifications = countVerifications();
  expect(await tokens.verify(token)).toBe(first);
  expect(verifications()).toBe(0);
  moveClock(301);
  // The cache reads its clock at most once a millisecond.
  await new Promise((resolve) => setTimeout(resolve, 10));
  verifications = countVerifications();
  expect(await tokens.verify(token)).toEqual(first);
  expect(verifications()).toBe(1);
});

test('tokens of many workloads do not fill the memory', async () => {
  const tokens = tokensOf([withKeys(issuer)]);
  const long = 'x'.repeat(10_000_000);
  const first = await issuer.sign({ jti: 'first' });
  await tokens.verify(first);
  for (const jti of ['second', 'third']) await tokens.verify(await issuer.sign({ jti, long }));
  const verifications = countVerifications();
  expect(await reasonFor(tokens, first)).toBe('accepted');
  expect(verifications()).toBe(1);
});

test('a rejected token is not remembered as an accepted one', async () => {
  const tokens = tokensOf([withKeys(issuer)]);
  const token = await next.sign();
  for (let i = 0; i < 3; i++) expect(await reasonFor(tokens, token)).toBe('wrong_key');
});

test('a token whose key the issuer has withdrawn or replaced is rejected, although it was accepted before', async () => {
  const tokens = tokensOf([{ name: 'ci', issuer: issuer.issuer, jwksUri: server.url }]);
  const token = await issuer.sign({ exp: now() + 3000 });
  server.answer = json(issuer.jwks);
  expect(await reasonFor(tokens, token)).toBe('accepted');
  server.answer = published([next], { kid: 'next' });
  expect(await reasonFor(tokens, token)).toBe('accepted');
  moveClock(301);
  expect(await reasonFor(tokens, token)).toBe('wrong_key');
  server.answer = published([next]);
  moveClock(602);
  expect(await reasonFor(tokens, token)).toBe('wrong_key');
});

test('a token that expires while the gateway reads the keys is rejected', async () => {
  const tokens = tokensOf([{ name: 'ci', issuer: issuer.issuer, jwksUri: server.url }]);
  const { listener, release } = held(json(issuer.jwks));
  const reached = new Promise<void>((resolve) => {
    server.answer = (request, response) => {
      resolve();
      listener(request, response);
    };
  });
  moveClock(0);
  const verification = reasonFor(tokens, await issuer.sign({ exp: now() + 3 }));
  await reached;
  moveClock(4);
  release();
  expect(await verification).toBe('assertion_expired');
});

test('the token of a new key is accepted as soon as the issuer publishes the key', async () => {
  const tokens = tokensOf([{ name: 'ci', issuer: issuer.issuer, jwksUri: server.url }]);
  server.answer = json(issuer.jwks);
  expect(await reasonFor(tokens, await issuer.sign())).toBe('accepted');
  server.answer = published([issuer, next]);
  const claims = { exp: now() + 3000 };
  const token = await next.sign(claims, { kid: 'ci-key' });
  expect(await reasonFor(tokens, token)).toBe('wrong_key');
  moveClock(31);
  expect(await reasonFor(tokens, token)).toBe('accepted');
});
