import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { send } from '../../harness/send.js';

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

let gateway: Gateway;
let closed: Gateway;
beforeAll(async () => {
  [gateway, closed] = await Promise.all([
    startGateway({ GRAPHQL_IDE: 'on' }),
    startGateway({ GRAPHQL_IDE: 'off', API_DOCS: 'off' }),
  ]);
});
afterAll(() => Promise.all([gateway.close(), closed.close()]));

const linksOf = (page: string) =>
  [...page.matchAll(/<a href="(.*?)">(.*?)<\/a>/g)].map(([, path = '', name = '']) => ({ path, name }));

const always = ['oauth2/.well-known/openid-configuration', 'healthz', 'readyz'];

test('a browser gets a page with links to what exists, and each link works', async () => {
  const { status, headers, body } = await gateway.request('/', { headers: browser });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(body).toMatch(/^<!doctype html>\n<html lang="en">.*<title>Service account gateway<\/title>/s);
  const paths = linksOf(body).map(({ path }) => path);
  expect(paths).toEqual(['graphql', 'docs', 'openapi.json', ...always]);
  for (const path of paths) {
    const answer = await gateway.request(`/${path}`, { headers: browser });
    expect([path, answer.status]).toEqual([path, 200]);
  }
});

test('a page that is turned off has no link', async () => {
  const { body } = await closed.request('/', { headers: browser });
  expect(linksOf(body).map(({ path }) => path)).toEqual(always);
});

test('the page loads its own style, no script, and has the policy of the other pages', async () => {
  const [home, docs] = await Promise.all(
    ['/', '/docs'].map((path) => gateway.request(path, { headers: browser })),
  );
  const policy = home?.headers.get('content-security-policy');
  expect(policy).toMatch(/^default-src 'none'; /);
  expect(policy).toBe(docs?.headers.get('content-security-policy'));
  expect(home?.headers.get('cache-control')).toBe('no-store');
  expect(home?.body).not.toMatch(/<script|\bstyle=/);
  const [, href] = /<link rel="stylesheet" href="(.*?)">/.exec(home?.body) ?? [];
  const style = await gateway.request(`/${href}`);
  expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
  expect(style.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
});

test('behind a proxy with a path prefix all links stay below the prefix', async () => {
  const { body } = await gateway.request('/', { headers: browser });
  const links = [...body.matchAll(/ href="(?!data:)(.*?)"/g)].map(([, href = '']) => href);
  expect(links).toHaveLength(7);
  for (const href of links) {
    const { origin, pathname } = new URL(href, 'https://example.com/behind/a-proxy/');
    expect([origin, pathname]).toEqual(['https://example.com', `/behind/a-proxy/${href}`]);
  }
});

test('HEAD gets the headers of the page', async () => {
  const { status, headers, body } = await gateway.request('/', { method: 'HEAD', headers: browser });
  expect([status, headers.get('content-type'), body]).toEqual([200, 'text/html; charset=utf-8', '']);
});

test.each([undefined, '*/*', 'application/json', 'application/json, text/html;q=0.9'])(
  'a client that accepts %s gets the 404 of an unknown path',
  async (accept) => {
    const headers: Record<string, string> = accept ? { accept } : {};
    const { status, headers: answered, body } = await send(`${gateway.url}/`, { method: 'GET', headers });
    expect([status, body]).toEqual([404, expect.objectContaining({ success: false, code: 'NOT_FOUND' })]);
    expect(answered.get('vary')).toBe('accept');
  },
);

test('a client that accepts problem details gets them', async () => {
  const { status, headers } = await gateway.request('/', { headers: { accept: 'application/problem+json' } });
  expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
});

test.each([
  ['POST', '/'],
  ['OPTIONS', '/'],
  ['GET', '//'],
])('%s %s is a 404, for a browser too', async (method, path) => {
  const { status, body } = await gateway.request(path, { method, headers: browser });
  expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
});
