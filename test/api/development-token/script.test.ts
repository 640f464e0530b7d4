import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { moveClock, restoreClock } from '../../harness/clock.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { openTab as openTabFor } from './tab.js';

/** The number of requests of an address in a minute. The other tests need fewer. */
const limit = 60;
let gateway: Gateway;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gateway-token-'));
  gateway = await startGateway({
    NODE_ENV: 'development',
    REALMS_FILE: '',
    DATA_DIR: dataDir,
    RATE_LIMIT_ADDRESS: `${limit}`,
  });
});
afterEach(restoreClock);
afterAll(async () => {
  await gateway.close();
  rmSync(dataDir, { recursive: true });
});

const openTab = () => openTabFor(`${gateway.url}/development-token`);
const withCode = () => `#code=${gateway.createCode()}`;

test('the page gets a token for its code, asks for nothing, and removes the code from the address bar', async () => {
  const page = await openTab()('/graphql', withCode());
  expect(page.token).toMatch(/^eyJ/);
  expect([page.asks(), page.bar.url]).toEqual([undefined, '/graphql']);
  const { body } = await gateway.graphql({ authorization: `Bearer ${page.token}` }, '{ viewer { name } }');
  expect(body).toEqual({ data: { viewer: { name: 'Ada Lovelace' } } });
});

test('a reload, and the other page in the same tab, have the same token', async () => {
  const load = openTab();
  const { token } = await load('/graphql', withCode());
  expect((await load('/graphql')).token).toBe(token);
  expect((await load('/docs')).token).toBe(token);
});

test('another code in the same tab gets another token', async () => {
  const load = openTab();
  await load('/graphql', withCode());
  moveClock(2);
  const first = (await load('/docs')).token;
  const second = await load('/docs', withCode());
  expect([second.token === first, second.asks()]).toEqual([false, undefined]);
});

test('a code that has been used in the same tab leaves the token of the tab', async () => {
  const load = openTab();
  const hash = withCode();
  const { token } = await load('/graphql', hash);
  const again = await load('/graphql', hash);
  expect([again.token, again.asks(), again.bar.url]).toEqual([token, undefined, '/graphql']);
});

test.each([
  ['no code', async () => '', /^No access token is filled in\. Open the URL that npm start printed/],
  [
    'a code that has been used in another tab',
    async () => {
      const hash = withCode();
      await openTab()('/graphql', hash);
      return hash;
    },
    /^The code in the URL has already been used, and it works only once\. Enter an access token\./,
  ],
  [
    'a code of another start',
    async () => '#code=x',
    /^The code in the URL is not valid\. Open the URL that npm start printed last/,
  ],
])('a page with %s says so and asks for a token', async (_what, hash, message) => {
  const page = await openTab()('/graphql', await hash());
  expect(page.token).toBeUndefined();
  expect(page.asks()).toMatch(message);
  expect(page.asks()).toContain('npm run --silent token');
  expect(page.bar.url).toBe('/graphql');
});

test('a gateway that does not respond is named as the cause, and the code stays for a reload', async () => {
  const load = openTab();
  const hash = withCode();
  const page = await load('/graphql', hash, 'http://127.0.0.1:1/development-token');
  expect(page.asks()).toMatch(/^The gateway did not respond\./);
  expect(page.bar.url).toBe(`/graphql${hash}`);
  expect((await load('/graphql', hash)).token).toMatch(/^eyJ/);
});

test('beyond the limit of the address, the page says when to retry, and the code stays for a reload', async () => {
  moveClock(0);
  const load = openTab();
  const unknown = () => load('/graphql', '#code=x');
  let page = await unknown();
  for (let n = 0; n < limit; n++) page = await unknown();
  expect(page.asks()).toMatch(
    /^The code cannot be used now\. Reload the page in 60 seconds, or enter an access token\./,
  );
  const hash = withCode();
  expect((await load('/graphql', hash)).bar.url).toBe(`/graphql${hash}`);
  moveClock(60);
  expect((await load('/graphql', hash)).token).toMatch(/^eyJ/);
});

test('a token that expires while the page is open, or before a reload, is replaced by a question', async () => {
  const load = openTab();
  moveClock(0);
  const page = await load('/graphql', withCode());
  const [[expire, delay] = [() => {}, 0]] = page.timers;
  expect(Math.ceil(delay / 1000)).toBe(8 * 60 * 60);
  expire();
  expect(page.asks()).toMatch(/^The access token has expired\. Enter a new one\./);
  moveClock(8 * 60 * 60 + 1);
  const later = await load('/graphql');
  expect(later.token).toBeUndefined();
  expect(later.asks()).toMatch(/^The access token has expired\. Enter a new one\./);
});

test.each(['', 'Bearer ', ' bearer  '])(
  'a token that is entered after %j is used after a reload',
  async (before) => {
    const load = openTab();
    const other = await openTab()('/graphql', withCode());
    const page = await load('/graphql');
    page.enter(`${before}${other.token}\n`);
    expect(page.reload).toHaveBeenCalledTimes(1);
    expect((await load('/graphql')).token).toBe(other.token);
  },
);

test.each(['', 'x', 'a.b.c', `a.${btoa('{"exp":1}')}.c`])('%j is not taken as a token', async (text) => {
  const load = openTab();
  const page = await load('/graphql');
  page.enter(text);
  expect(page.reload).not.toHaveBeenCalled();
  expect(page.asks()).toMatch(/^This is not a valid access token, or it has expired\./);
  expect((await load('/graphql')).token).toBeUndefined();
});

test('a code that comes into the URL of an open page loads the page again, and any other fragment does not', async () => {
  const page = await openTab()('/docs', '#/service-account');
  page.changeHash('#/tenants');
  expect(page.reload).not.toHaveBeenCalled();
  page.changeHash(withCode());
  expect(page.reload).toHaveBeenCalledTimes(1);
});
