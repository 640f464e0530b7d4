import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPath, type Gateway, startGateway } from '../harness/gateway.js';
import { sendRaw } from '../harness/raw.js';
import { send } from '../harness/send.js';
import { until } from '../harness/until.js';
import { basic, decode, getToken, type Machine, machine } from './oauth/machine.js';

interface Site {
  gateway: Gateway;
  basePath: string;
  asker: Machine;
  /** A token of the asker. */
  token: string;
}

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const page = expect.stringContaining('<!doctype html>');
const scraper = 'the-token-of-a-scraper';

const form = ({ asker }: Site, fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { authorization: basic(asker), 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});

/** A request of each kind with the body of its response. */
const kinds: Record<string, (site: Site) => [path: string, init: RequestInit, body: unknown]> = {
  token: (site) => [
    '/oauth2/token',
    form(site, { grant_type: 'client_credentials' }),
    expect.objectContaining({ access_token: expect.any(String) }),
  ],
  introspection: (site) => [
    '/oauth2/introspect',
    form(site, { token: site.token }),
    expect.objectContaining({ active: true, client_id: site.asker.clientId }),
  ],
  revocation: (site) => ['/oauth2/revoke', form(site, { token: 'unknown' }), ''],
  keys: () => ['/oauth2/jwks', {}, { keys: [expect.objectContaining({ kty: 'EC' })] }],
  GraphQL: ({ asker }) => [
    '/graphql',
    {
      method: 'POST',
      headers: { ...asker.admin.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ serviceAccounts { totalCount } }' }),
    },
    { data: { serviceAccounts: { totalCount: expect.any(Number) } } },
  ],
  'GraphQL over GET': () => [
    '/graphql?query={__typename}',
    { headers: { 'apollo-require-preflight': 'true' } },
    { data: { __typename: 'Query' } },
  ],
  'REST creation': ({ asker }) => [
    createPath,
    { method: 'POST', headers: asker.admin.headers },
    expect.objectContaining({
      success: true,
      data: expect.objectContaining({ clientId: expect.any(String) }),
    }),
  ],
  GraphiQL: () => ['/graphql', { headers: browser }, page],
  'the API reference': () => ['/docs', { headers: browser }, page],
  'the OpenAPI document': (site) => [
    '/openapi.json',
    {},
    expect.objectContaining({ servers: [{ url: `https://example.com${site.basePath}` }] }),
  ],
  liveness: () => ['/healthz', {}, { status: 'ok' }],
  readiness: () => ['/readyz', {}, { status: 'ready' }],
  metrics: () => [
    '/metrics',
    { headers: { authorization: `Bearer ${scraper}` } },
    expect.stringContaining('gateway_requests_total'),
  ],
  icon: () => ['/favicon.ico', {}, expect.stringContaining('PNG')],
};

const documents = ['openid-configuration', 'oauth-authorization-server'].flatMap((name) => [
  `/oauth2/.well-known/${name}`,
  `/.well-known/${name}/oauth2`,
]);

/** Whether the proxy removes the base path from the requests. */
const styles = ['removes', 'keeps'] as const;

describe.each(['/gateway', '/a/b%20c&copy', '/api', '/oauth2', '/graphql', '/.well-known'])(
  'below %s',
  (basePath) => {
    let site: Site;
    beforeAll(async () => {
      const gateway = await startGateway({
        PUBLIC_URL: `https://example.com${basePath}`,
        GRAPHQL_IDE: 'on',
        METRICS_TOKEN: scraper,
      });
      const asker = await machine(gateway, { permissions: ['oauth:introspect'] });
      site = { gateway, basePath, asker, token: await getToken(gateway, asker) };
    });
    afterAll(() => site.gateway.close());

    /** Sends a request as a proxy forwards it. */
    const forward = (style: (typeof styles)[number], path: string, init: RequestInit = {}) =>
      site.gateway.request((style === 'keeps' ? basePath : '') + path, init);

    describe.each(styles)('with a proxy that %s the path', (style) => {
      test.each(Object.entries(kinds))('a request for %s succeeds', async (_name, kind) => {
        const [path, init, expected] = kind(site);
        const { status, body } = await forward(style, path, init);
        expect([status, body]).toEqual([200, expected]);
      });

      test.each(documents)('%s is the metadata', async (path) => {
        const { status, body } = await forward(style, path);
        expect([status, body.issuer]).toEqual([200, `https://example.com${basePath}/oauth2`]);
      });

      test.each(['/docs', '/docs/', '/graphql', '/graphql/'])('all that %s loads is there', async (path) => {
        const { body } = await forward(style, path, { headers: browser });
        const links = [...body.matchAll(/ (?:src|href)="(?!data:)(.*?)"/g)].map(([, link = '']) => link);
        expect(links.length).toBeGreaterThan(3);
        for (const link of links) {
          const { origin, pathname } = new URL(link, `https://example.com${basePath}${path}`);
          expect([origin, pathname.startsWith(`${basePath}/`)]).toEqual(['https://example.com', true]);
          const { status, headers } = await forward(style, pathname.slice(basePath.length));
          expect([link, status, headers.get('cache-control')]).toEqual([
            link,
            200,
            expect.stringContaining('immutable'),
          ]);
        }
      });

      test('every link of the home page works, also without a slash at its end', async () => {
        // GraphiQL has this path itself.
        if (basePath === '/graphql' && style === 'keeps') return;
        const { status, body } = await forward(style, '/', { headers: browser });
        expect([status, body]).toEqual([200, page]);
        const attributes = [...body.matchAll(/ href="(?!data:)(.*?)"/g)].map(([, link = '']) => link);
        // A browser would take `&copy` for a copyright sign.
        const links = attributes.map((link) => link.replaceAll('&copy', '©').replaceAll('&amp;', '&'));
        expect(links).toHaveLength(7);
        for (const url of [`https://example.com${basePath}`, `https://example.com${basePath}/`])
          for (const link of links) {
            const { pathname } = new URL(link, url);
            expect(pathname.startsWith(`${basePath}/`)).toBe(true);
            const answer = await forward(style, pathname.slice(basePath.length), { headers: browser });
            expect([link, answer.status]).toEqual([link, 200]);
          }
      });

      test('the link to the next page is that of the users', async () => {
        await site.asker.admin.create();
        const path = '/api/v1/admin/service-account';
        const { headers } = await forward(style, `${path}?first=1`, { headers: site.asker.admin.headers });
        const [, next = ''] = /^<(.*)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
        expect(next).toMatch(`https://example.com${basePath}${path}?first=1&after=`);
      });

      test.each(['/nothing', '/api/v1/nothing'])('%s is a 404', async (path) => {
        const { status } = await forward(style, path);
        expect(status).toBe(404);
      });

      test('an unknown OAuth 2.0 endpoint is a 404', async () => {
        const { status, body } = await forward(style, '/oauth2/nothing');
        expect([status, body.error]).toEqual([404, 'invalid_request']);
      });
    });

    test.each(['openid-configuration', 'oauth-authorization-server'])(
      'the well-known path %s in front of the path of the issuer is the metadata',
      async (name) => {
        const { status, body } = await site.gateway.request(`/.well-known/${name}${basePath}/oauth2`);
        expect([status, body.issuer]).toEqual([200, `https://example.com${basePath}/oauth2`]);
      },
    );

    test('a full URL in the request line works', async () => {
      const { host } = new URL(site.gateway.url);
      for (const path of ['/oauth2/jwks', '/healthz', '/openapi.json']) {
        const { status } = await sendRaw(
          site.gateway.url,
          `GET http://example.com${basePath}${path}?a HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
        );
        expect([path, status]).toEqual([path, 200]);
      }
    });

    test('tokens have the issuer and the audience of the URL', () => {
      const url = `https://example.com${basePath}`;
      expect(decode(site.token).payload).toMatchObject({ iss: `${url}/oauth2`, aud: `${url}/api` });
    });
  },
);

describe('below /gateway', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ PUBLIC_URL: 'https://example.com/gateway/' });
  });
  afterAll(() => gateway.close());

  test.each([
    '/gateways/healthz',
    '/gateway/gateway/healthz',
    '/Gateway/healthz',
    '/g%61teway/healthz',
    '/gateway%2Fhealthz',
    '//gateway/healthz',
    '/gateway//healthz',
    '/other/healthz',
  ])('%s is a 404', async (path) => {
    const { status, body } = await send(gateway.url + path, { method: 'GET' });
    expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
  });

  test('the log has the path that the client sent, and no requests for health', async () => {
    const before = gateway.log.length;
    for (const path of ['/gateway/healthz', '/gateway/docs?a', '/docs']) await gateway.request(path);
    const pathsSince = async () =>
      gateway.log.slice(before).flatMap((line) => JSON.parse(line).req?.path ?? []);
    const paths = await until(pathsSince, ({ length }) => length === 2);
    expect(paths).toEqual(['/gateway/docs', '/docs']);
  });
});

test.each(['/docs', '/docs/', '/graphql', '/graphql/'])(
  'in development mode, the page at %s gets a token below a path',
  async (path) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'gateway-base-path-'));
    const gateway = await startGateway({
      NODE_ENV: 'development',
      REALMS_FILE: '',
      DATA_DIR: dataDir,
      PUBLIC_URL: 'http://127.0.0.1:4000/gateway',
    });
    for (const prefix of ['', '/gateway']) {
      const url = gateway.url + prefix + path;
      const { body } = await send(url, { method: 'GET', headers: browser });
      const [, settings = ''] = /id="settings">(.*?)<\/script>/.exec(body) ?? [];
      const exchanged = await send(new URL(JSON.parse(settings).exchange, url).href, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code: gateway.createCode() }),
      });
      expect([exchanged.status, exchanged.body]).toEqual([200, { token: expect.any(String) }]);
    }
    await gateway.close();
    rmSync(dataDir, { recursive: true });
  },
);
