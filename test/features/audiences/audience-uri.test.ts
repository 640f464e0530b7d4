import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { mcp, rest, setDocument } from './audience-calls.js';

let gateway: Gateway;
let owner: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  owner = await somebody(gateway, undefined, 'super_admin');
});
afterAll(async () => {
  expect(await gateway.sql('select from audience')).toEqual([]);
  await gateway.close();
});

const absolute = /^uri: must be an absolute URI without a fragment, 1 to 255 ASCII characters long/;
const normal = (uri: string) => `uri: must be written in its normal form, ${uri}`;

test.each<[string, string | RegExp]>([
  ['', absolute],
  ['tools', absolute],
  ['/mcp', absolute],
  ['//mcp.example.com/', absolute],
  ['https:', absolute],
  ['https://', absolute],
  ['https://mcp.example.com/#tools', absolute],
  ['https://mcp.example.com/a b', absolute],
  ['https://mcp.example.com/\n', absolute],
  ['https://mcp.example.com/\u0000', absolute],
  ['https://mcp.example.com/%zz', absolute],
  ['https://m\u00fcnchen.example.com/', absolute],
  ['https://mcp.example.com:99999/', absolute],
  [`https://mcp.example.com/${'x'.repeat(232)}`, absolute],
  ['HTTPS://mcp.example.com/', absolute],
  ['https://MCP.example.com/', normal('https://mcp.example.com/')],
  ['https://mcp.example.com:443', normal('https://mcp.example.com/')],
  ['https://mcp.example.com/a/../b', normal('https://mcp.example.com/b')],
  ['https:mcp.example.com', normal('https://mcp.example.com/')],
  ['https://somebody:something@mcp.example.com/', 'uri: must not contain a user name or a password'],
  ['https://gateway.example.com/oauth2', /OAuth 2.0 endpoints/],
  ['https://gateway.example.com/oauth2/', /OAuth 2.0 endpoints/],
  ['https://gateway.example.com/oauth2/token', /OAuth 2.0 endpoints/],
  ['https://gateway.example.com/oauth2?x=1', /OAuth 2.0 endpoints/],
  [
    'https://gateway.example.com/api',
    'uri: must not be the default audience, which always knows all permissions',
  ],
])('the URI %j is refused', async (uri, message) => {
  const { status, body } = await rest(gateway, owner, 'PUT', {}, { ...mcp, uri });
  expect([status, body.code, body.details]).toEqual([400, 'BAD_USER_INPUT', { field: 'uri' }]);
  expect(body.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
});

test.each([
  ['name', ''],
  ['name', 'x'.repeat(101)],
  ['name', 'two\nlines'],
  ['permissions', []],
  ['permissions', ['api']],
  ['permissions', ['api:read', 'api:read']],
  ['permissions', Array.from({ length: 101 }, (_, number) => `api:p${number}`)],
  ['tenantId', 'acme'],
])('the field %s is named for %j', async (field, value) => {
  const input = { ...mcp, [field]: value };
  expect(await owner.refused(setDocument, { input })).toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field },
  });
  const { status, body } = await rest(gateway, owner, 'PUT', {}, input);
  expect([status, body.details]).toEqual([400, { field }]);
});
