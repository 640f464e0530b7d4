import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { basePathOf, withoutBasePath } from '../../../src/platform/http/base-path.js';

test.each([
  ['https://example.com', ''],
  ['https://example.com/', ''],
  ['https://example.com/gateway', '/gateway'],
  ['https://example.com:8443/a/b%20c', '/a/b%20c'],
])('the base path of %s is %j', (url, basePath) => {
  expect(basePathOf(url)).toBe(basePath);
});

/** A path of each kind that the gateway has, apart from the home page. */
const paths = [
  ...['/api/v1/admin/service-account', '/api/v1/admin/permission/docs:read'],
  ...['/graphql', '/graphql/', '/graphql/ide/0123456789ab/ide.js', '/GraphQL'],
  ...['/docs', '/docs/', '/docs/ui/0123456789ab/docs.js', '/home/0123456789ab/home.css'],
  ...['/openapi.json', '/healthz', '/readyz', '/metrics', '/favicon.ico', '/development-token'],
  ...['/oauth2/token', '/oauth2/introspect', '/oauth2/revoke', '/oauth2/jwks'],
  ...['/oauth2/.well-known/openid-configuration', '/oauth2/.well-known/oauth-authorization-server'],
  ...['/.well-known/openid-configuration/oauth2', '/.well-known/oauth-authorization-server/oauth2'],
];

const segment = fc.oneof(
  fc.constantFrom(...new Set(paths.flatMap((path) => path.split('/').slice(1).filter(Boolean)))),
  fc.stringMatching(/^[a-z]{1,3}$/),
);
const anyBasePath = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
const origin = fc.constantFrom('', 'http://example.com', 'HTTPS://example.com:8443');
const query = fc.constantFrom('', '?', '?a=/gateway', '?next=http://example.com/gateway/docs');

test('whatever the base path, each path is the same whether a proxy has removed the base path or not', () => {
  fc.assert(
    fc.property(anyBasePath, fc.constantFrom(...paths), origin, query, (basePath, path, before, after) => {
      const expected = before + path + after;
      expect(withoutBasePath(before + path + after, basePath)).toBe(expected);
      expect(withoutBasePath(before + basePath + path + after, basePath)).toBe(expected);
    }),
    { numRuns: 5_000 },
  );
});

test('the well-known path in front of the path of the issuer remains', () => {
  const names = ['openid-configuration', 'oauth-authorization-server'];
  const others = anyBasePath.filter((basePath) => !basePath.startsWith('/.well-known/'));
  fc.assert(
    fc.property(others, fc.constantFrom(...names), (basePath, name) => {
      const path = `/.well-known/${name}${basePath}/oauth2`;
      expect(withoutBasePath(path, basePath)).toBe(path);
    }),
    { numRuns: 1_000 },
  );
});

test('a path that does not begin with the base path remains, as does everything without a base path', () => {
  fc.assert(
    fc.property(fc.webUrl(), fc.webPath(), (url, path) => {
      for (const target of [url, path]) {
        expect(withoutBasePath(target, '')).toBe(target);
        expect(withoutBasePath(target, '/not-there')).toBe(target);
      }
    }),
  );
});

// biome-ignore format: each row stays on its line
test.each([
  ['the path itself', '/gateway', '/'],
  ['the path itself with a query', '/gateway?a=1', '/?a=1'],
  ['the path with a slash', '/gateway/', '/'],
  ['an unknown path', '/gateway/nothing', '/nothing'],
  ['the path twice', '/gateway/gateway/docs', '/gateway/docs'],
  ['an empty segment behind it', '/gateway//docs', '//docs'],
  ['an empty segment in front of it', '//gateway/docs', '//gateway/docs'],
  ['a longer segment', '/gateways/docs', '/gateways/docs'],
  ['a shorter segment', '/gate', '/gate'],
  ['another case', '/Gateway/docs', '/Gateway/docs'],
  ['an encoded letter', '/g%61teway/docs', '/g%61teway/docs'],
  ['an encoded slash', '/gateway%2Fdocs', '/gateway%2Fdocs'],
  ['dot segments', '/x/../gateway/docs', '/x/../gateway/docs'],
  ['the path in the query', '/?/gateway/docs', '/?/gateway/docs'],
  ['the path as a host', 'http://gateway/docs', 'http://gateway/docs'],
  ['a full URL', 'http://example.com/gateway', 'http://example.com/'],
  ['a full URL with a query only', 'http://example.com?/gateway', 'http://example.com?/gateway'],
  ['a URL without slashes', 'mailto:/gateway/docs', 'mailto:/gateway/docs'],
  ['an asterisk', '*', '*'],
])('below /gateway, %s: %s becomes %s', (_what, target, expected) => {
  expect(withoutBasePath(target, '/gateway')).toBe(expected);
});

// biome-ignore format: each row stays on its line
test.each([
  ['/api', '/api/', '/'],
  ['/api/v1', '/api/v1', '/'],
  ['/api/gateway', '/api/gateway/', '/'],
  ['/oauth2', '/oauth2', '/'],
  ['/home', '/home/', '/'],
  ['/.well-known', '/.well-known/', '/'],
  ['/graphql', '/graphql', '/graphql'],
  ['/graphql', '/graphql/', '/graphql/'],
  ['/docs', '/docs?a', '/docs?a'],
  ['/GRAPHQL', '/GRAPHQL', '/GRAPHQL'],
  ['/healthz', '/healthz', '/healthz'],
  ['/graphql', '/graphql/nothing', '/nothing'],
  ['/docs/gateway', '/docs/gateway/', '/'],
  ['/docs-of-all', '/docs-of-all', '/'],
  ['/graphql', '/graphql/home/0/home.css', '/home/0/home.css'],
  ['/oauth2', '/oauth2/.well-known/openid-configuration/oauth2', '/.well-known/openid-configuration/oauth2'],
])('below %s, where a path of the gateway may win, %s becomes %s', (basePath, target, expected) => {
  expect(withoutBasePath(target, basePath)).toBe(expected);
});
