import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type JWTPayload, SignJWT } from 'jose';
import { realmsFile } from '../../../src/platform/auth/realms/realms-file.js';
import type { Gateway } from '../../harness/gateway.js';
import { createIssuer, type Issuer } from '../../harness/issuer.js';
import { blocksOf, readPage, tablesOf } from './pages.js';
import { faultsOf, publicUrl, signed, startWith } from './realms-of-page.js';

const page = readPage('docs/identity-providers.md');
const tables = tablesOf(page);
const files = blocksOf(page)
  .filter(({ language, text }) => language === 'json' && 'realms' in JSON.parse(text))
  .map(({ text }) => text);

/** The query that the page tells an operator to send. */
const viewerQuery: string = JSON.parse(
  /--data '(\{ "query": "\{ viewer \{ realm .*\})'/.exec(page.text)?.[1] ?? '',
).query;

test('every realms file on the page is accepted, in production too', async () => {
  expect(files).toHaveLength(4);
  expect(await Promise.all(files.map(faultsOf))).toEqual(files.map(() => []));
});

test('the reference describes every key of the realms file', () => {
  const realm = realmsFile.shape.realms.element.shape;
  const inner = ['claims', 'grants', 'login'].flatMap((key) => {
    const given = {
      claims: realm.claims.unwrap(),
      grants: realm.grants.unwrap(),
      login: realm.login.unwrap(),
    };
    return Object.keys(given[key as keyof typeof given].shape).map((name) => `${key}.${name}`);
  });
  const described = tables
    .filter(({ header }) => header[0]?.startsWith('Key'))
    .flatMap(({ rows }) => rows.flatMap(([key]) => key?.names ?? []));
  const keys = [...Object.keys(realmsFile.shape), ...Object.keys(realm), ...inner];
  expect(described.sort()).toEqual(keys.sort());
});

test('the reference names every algorithm', () => {
  const algorithms = realmsFile.shape.realms.element.shape.algorithms.unwrap().element.options;
  const named = /^Algorithms: (.*)\.$/m.exec(page.text)?.[1]?.split(/, | and /);
  expect(named).toEqual(algorithms);
});

describe('a token is rejected', () => {
  let gateway: Gateway;
  let issuer: Issuer;
  let stranger: Issuer;
  let good: JWTPayload;
  /** The issuer of two realms that each accept some of its tenants. */
  const twinIssuer = 'https://login.example.org';

  beforeAll(async () => {
    [issuer, stranger] = await Promise.all([createIssuer('vendor', 'RS256'), createIssuer('other', 'RS256')]);
    const file = JSON.parse(files[0] ?? '');
    const [{ issuer: iss, audience: aud }] = file.realms;
    // The page's realm for several tenants of an identity provider.
    const [severalTenants] = JSON.parse(files.find((one) => one.includes('{tenantid}')) ?? '').realms;
    const twin = { ...severalTenants, issuer: `${twinIssuer}/{tenantid}`, issuerTenants: ['one'] };
    file.realms.push(
      severalTenants,
      { ...twin, name: 'twin-1' },
      { ...twin, name: 'twin-2', audience: 'another' },
    );
    const now = Math.floor(Date.now() / 1000);
    good = { iss, aud, sub: 'ada', iat: now, exp: now + 600 };
    gateway = await startWith(file, issuer);
  });
  afterAll(() => gateway.close());

  const past = () => Math.floor(Date.now() / 1000) - 60;
  const hs256 = () =>
    new SignJWT(good)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(randomUUID().repeat(2)));

  /** The tokens of the table, in its order. */
  const tokens: (() => Promise<string>)[] = [
    () => signed(issuer, { ...good, iss: 'https://login.example.com' }),
    () => signed(issuer, { ...good, iss: 'https://login.microsoftonline.com/stranger/v2.0' }),
    () => signed(issuer, { ...good, iss: `${twinIssuer}/two` }),
    () => signed(issuer, { ...good, iss: `${twinIssuer}/one` }),
    () => signed(issuer, { ...good, aud: 'another-api' }),
    () => signed(issuer, { ...good, aud: undefined }),
    () => signed(issuer, { ...good, sub: undefined }),
    () => signed(issuer, { ...good, exp: past() }),
    () => signed(issuer, { ...good, nbf: past() + 600 }),
    () => signed(stranger, good),
    () => signed({ ...stranger, jwks: issuer.jwks }, good),
    hs256,
    () => signed(issuer, { ...good, nonce: 'n-0S6_WzA2Mj' }),
    () => signed(issuer, { ...good, iss: `${publicUrl}/oauth2` }),
  ];

  const reasons = tables
    .filter(({ header }) => header[0] === 'error_description')
    .flatMap(({ rows }) => rows.map(([reason]) => reason?.names[0] ?? ''));

  const challengeTo = async (token: string) => {
    const answer = await gateway.graphql({ authorization: `Bearer ${token}` }, viewerQuery);
    return { status: answer.status, challenge: answer.headers.get('www-authenticate') };
  };

  test('unless nothing is wrong with it', async () => {
    expect(await challengeTo(await signed(issuer, good))).toEqual({ status: 200, challenge: null });
  });

  test('for as many reasons as the page lists', () => {
    expect(reasons).toHaveLength(tokens.length);
  });

  test.each(reasons.map((reason, index) => ({ reason, index })))(
    'with the reason $reason',
    async ({ reason, index }) => {
      const token = await tokens[index]?.();
      expect(await challengeTo(token ?? '')).toEqual({
        status: 401,
        challenge: expect.stringContaining(`error_description="${reason}"`),
      });
    },
  );

  test.each(['application/okta-internal-at+jwt', 'logout+jwt'])('when its type is %s', async (typ) => {
    expect(await challengeTo(await signed(issuer, good, typ))).toMatchObject({ status: 401 });
  });

  test('but not when its type is that of RFC 9068', async () => {
    expect(await challengeTo(await signed(issuer, good, 'at+jwt'))).toMatchObject({ status: 200 });
  });
});
