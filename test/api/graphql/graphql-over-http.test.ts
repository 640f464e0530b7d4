import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { type Gateway, startGateway } from '../../harness/gateway.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const audits = serverAudits({ url: () => `${gateway.url}/graphql` });

/**
 * These audits send a GET without a custom header, which a page of any site can send, so that the gateway refuses it.
 * The specification makes all three features optional (MAY), and all three work with a custom header.
 */
const refusedAsForged = new Map([
  ['5A70', 'MAY accept application/x-www-form-urlencoded formatted GET requests'],
  ['D6D5', 'MAY allow URL-encoded JSON string {variables} parameter in GETs'],
  ['6A70', 'MAY allow URL-encoded JSON string {variables} parameter in GETs'],
]);

test('the suite is the one that is known', () => {
  expect(audits).toHaveLength(61);
  const names = new Map(audits.map(({ id, name }) => [id, name]));
  for (const [id, name] of refusedAsForged) expect(names.get(id)).toMatch(name);
});

describe('GraphQL over HTTP', () => {
  test.each(
    audits.filter(({ id }) => !refusedAsForged.has(id)).map(({ id, name, fn }) => [id, name, fn] as const),
  )('%s: %s', async (_id, _name, run) => {
    expect(await run()).toMatchObject({ status: 'ok' });
  });
});

describe('refused, since the request may be forged', () => {
  test.each(
    audits.filter(({ id }) => refusedAsForged.has(id)).map(({ id, name, fn }) => [id, name, fn] as const),
  )('%s: %s', async (_id, _name, run) => {
    expect(await run()).toMatchObject({
      reason: 'Response status code is not 200',
      response: { status: 400 },
    });
  });

  test.each(audits.filter(({ id }) => refusedAsForged.has(id)).map(({ id, name }) => [id, name] as const))(
    '%s passes with a header that has a page asked for: %s',
    async (id) => {
      const asking = serverAudits({
        url: () => `${gateway.url}/graphql`,
        fetchFn: (url: string, init?: RequestInit) =>
          fetch(url, { ...init, headers: { ...init?.headers, 'apollo-require-preflight': 'true' } }),
      });
      expect(await asking.find((audit) => audit.id === id)?.fn()).toMatchObject({ status: 'ok' });
    },
  );
});
