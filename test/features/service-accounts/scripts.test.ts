import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
let admin: Somebody;
let root: Somebody;
beforeAll(async () => {
  gateway = await startGateway();
  admin = await somebody(gateway);
  root = await somebody(gateway, undefined, 'super_admin');
});
afterAll(() => gateway.close());

const persian = '\u06a9\u062a\u0627\u0628\u200c\u0647\u0627';
const family = '\u{1f469}\u200d\u{1f467}';
const hebrew = '\u05e9\u05dc\u05d5\u05dd\u200f!a';
const texts = [persian, family, hebrew];

test.each(texts)('every text of an account can be in this script: %s', async (text) => {
  const labels = [{ key: 'team', value: text }];
  const { id } = await admin.create({ name: text, owner: text, description: `${text}\n${text}`, labels });
  const { body } = await admin.rest('GET', `/${id}`);
  expect(body.data).toMatchObject({ name: text, owner: text, description: `${text}\n${text}`, labels });
});

test.each(texts)('lists find accounts by it: %s', async (text) => {
  const other = await somebody(gateway);
  await other.create({ name: text, owner: text, labels: [{ key: 'team', value: text }] });
  const encoded = encodeURIComponent(text);
  for (const query of [`search=${encoded}`, `owner=${encoded}`, `labels=team:${encoded}`])
    expect((await other.rest('GET', `?${query}`)).body.data).toMatchObject([{ name: text }]);
});

test.each(texts)('tenants and permissions can have it: %s', async (text) => {
  const create = 'mutation ($name: String!) { createTenant(input: { name: $name }) { tenant { name } } }';
  expect((await root.run(create, { name: text })).createTenant.tenant.name).toBe(text);
  const set = `mutation ($text: String!) {
    setPermission(input: { name: "books:read", description: $text }) { permission { description } }
  }`;
  expect((await root.run(set, { text })).setPermission.permission.description).toBe(text);
});

test.each(['name', 'owner', 'description'])(
  'a look-alike of Latin letters is refused as %s',
  async (field) => {
    const { status, body } = await gateway.create(admin.headers, { [field]: 'build\u200dx' });
    expect([status, body.details]).toEqual([400, { field }]);
  },
);
