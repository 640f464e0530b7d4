import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setAudience } from '../../features/audiences/audience-calls.js';
import { somebody } from '../../harness/admin.js';
import { type CountingGateway, startCountingGateway } from '../../harness/counting-gateway.js';
import { basic, type Machine, machine, post } from './machine.js';

let gateway: CountingGateway;
let one: Machine;
const uris = Array.from({ length: 10 }, (_, number) => `https://mcp-${number}.example.com`);
beforeAll(async () => {
  gateway = await startCountingGateway();
  one = await machine(gateway);
  const owner = await somebody(gateway, one.admin.tenant, 'super_admin');
  for (const uri of uris) await setAudience(owner, { uri });
  await ask([]);
});
afterAll(() => gateway.close());

const ask = async (resources: string[]) => {
  gateway.statements.count = 0;
  const params = [
    ['grant_type', 'client_credentials'],
    ...resources.map((resource) => ['resource', resource]),
  ] as [string, string][];
  const { status } = await post(gateway, 'token', params, { authorization: basic(one) });
  return { status, count: gateway.statements.count };
};

test.each([
  ['no audience', [], 1],
  ['the default audience', ['https://gateway.example.com/api'], 1],
  ['an audience', uris.slice(0, 1), 2],
  ['ten audiences', uris, 2],
])('a token for %s takes the statements that it needs', async (_what, resources, count) => {
  expect(await ask(resources)).toEqual({ status: 200, count });
});

test('50 tokens for audiences at the same time share statements', async () => {
  gateway.statements.count = 0;
  const params = { grant_type: 'client_credentials', resource: uris[0] ?? '' };
  const headers = { authorization: basic(one) };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => post(gateway, 'token', params, headers)),
  );
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(gateway.statements.count).toBeLessThan(50);
});
