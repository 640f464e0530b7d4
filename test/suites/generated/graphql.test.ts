import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { kindOfGraphqlAnswer } from './graphql-answer.js';
import { graphqlRequest } from './graphql-request.js';
import { runAll } from './run.js';
import { report, sample } from './seed.js';
import { findHalves } from './stored.js';
import { createWorld, type World } from './world.js';

const requests = 10_000;
const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

let gateway: Gateway;
let world: World;
beforeAll(async () => {
  gateway = await startGateway();
  world = await createWorld(gateway);
});
afterAll(() => gateway.close());

test(`${requests} generated GraphQL requests have answers that fit, and leave whole accounts behind`, async () => {
  const since = Date.now();
  const run = await runAll(gateway.url, sample(graphqlRequest(schema, world), requests), (request, answer) =>
    kindOfGraphqlAnswer(schema, request, answer),
  );
  report('GraphQL', run, (Date.now() - since) / 1000);
  expect([...run.faults]).toEqual([]);
  expect(run.counts.get('200') ?? 0).toBeGreaterThan(requests / 4);
  expect(await findHalves(gateway)).toEqual([]);
}, 600_000);
