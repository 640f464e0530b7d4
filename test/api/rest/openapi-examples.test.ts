import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, type Gateway, startGateway } from '../../harness/gateway.js';
import { createIssuer } from '../../harness/issuer.js';
import { createAccount } from '../../suites/access/accounts.js';
import { operations } from '../../suites/access/all-operations.js';
import type { Args, Operation } from '../../suites/access/operation.js';
import {
  type Described,
  fetchDocument,
  type Json,
  operationsOf,
  resolve,
  Validator,
} from './openapi-document.js';

const committed = JSON.parse(readFileSync('schema/openapi.json', 'utf8'));
const rows = operationsOf(committed);

let gateway: Gateway;
let document: Json;
let validator: Validator;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'examples-'));
  const WORKLOAD_ISSUERS_FILE = join(folder, 'issuers.json');
  const { jwks } = await createIssuer('ci');
  // The account of an operation has a trust in `ci`, and the examples are about GitHub.
  const issuers = [
    { name: 'ci', issuer: 'https://ci.example.com', jwks },
    { name: 'github', issuer: 'https://token.actions.githubusercontent.com', jwks },
  ];
  writeFileSync(WORKLOAD_ISSUERS_FILE, JSON.stringify({ issuers }));
  gateway = await startGateway({ WORKLOAD_ISSUERS_FILE });
  document = await fetchDocument(gateway);
  validator = new Validator(document);
});
afterAll(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true });
});

/** Returns each example of a media type. */
const examplesOf = ({ example, examples = {} }: Json): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values<Json>(examples).map(({ value }) => value),
];

/** Returns the media types of an operation, each with its schema and its examples. */
const mediaOf = ({ operation }: Described): Json[] =>
  [operation.requestBody, ...Object.values(operation.responses)]
    .map((one) => resolve(document, one))
    .flatMap((one) => Object.values<Json>(one?.content ?? {}));

test.each(rows)('the examples of $name are what its schemas say', (row) => {
  const media = mediaOf(row);
  expect(media.length).toBeGreaterThan(10);
  for (const one of media) {
    const examples = examplesOf(one);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(validator.faults(one.schema, example)).toEqual([]);
  }
});

/** Finds the operation of the access suite that makes the same call. */
function operationFor({ name }: Described): Operation {
  const found = operations.find(({ rest }) => rest?.replace(/:(\w+)/g, '{$1}') === name);
  if (!found) throw new Error(`test/access has no operation for ${name}`);
  return found;
}

/**
 * Tells whether a value is an id or a secret. Those in the examples do not exist, so that real ones have to replace
 * them.
 */
const isId = (value: unknown) =>
  /^((sa|secret|audit)-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-|^sa_secret_/.test(String(value));

const withIds = (body: Args, args: Args): Args =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      const [first] = Array.isArray(value) ? value : [value];
      return [name, isId(first) && args[name] !== undefined ? args[name] : value];
    }),
  );

interface Sent {
  body: Json;
  answer: Answer;
  again: () => Promise<Answer>;
}

/** Sends the documented example, with the parameters that the document requires and no other. */
async function sendExample(row: Described, more: Record<string, string> = {}): Promise<Sent> {
  const { method, path, operation } = row;
  const { needs, args } = operationFor(row);
  const tenant = await gateway.createTenant();
  const { authorization = '', ...scope } = await gateway.as('super_admin', tenant);
  const account = await createAccount(gateway, { authorization, ...scope }, needs);
  const given = args(account);
  const parameters: Json[] = operation.parameters.map((one: Json) => resolve(document, one));
  const headers: Record<string, string> = { authorization, ...more };
  for (const { in: where, name, required } of parameters) {
    if (where === 'header' && required) headers[name] = scope['x-tenantid'] ?? '';
  }
  const example = operation.requestBody?.content['application/json'].example;
  const body = example && withIds(example, given);
  if (body) headers['content-type'] = 'application/json';
  const place = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(given[name])));
  const query = new URLSearchParams(
    parameters.flatMap(({ in: where, name, required }) =>
      where === 'query' && required ? [[name, String(given[name])] as [string, string]] : [],
    ),
  );
  const again = () =>
    gateway.request(`${place}?${query}`, { method, headers, body: body && JSON.stringify(body) });
  return { body, answer: await again(), again };
}

const ends = /^((deleted|revoked|disabled|suspended)At|error)$/;

/**
 * Picks the parts of an answer that have to agree with the example: statuses, the fields that the request has set, and
 * whether there is an end or an error. From a list it picks the parts of the first item.
 */
function tellingPart(data: Json, body: Json = {}, at = ''): Json[] {
  if (Array.isArray(data)) return tellingPart(data[0], {}, at);
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries<Json>(data).flatMap(([name, value]) => {
    // These fields of an event are omitted, because each event is about something else.
    if (name === 'before' || name === 'after') return [];
    if (name === 'status' || (name in body && typeof body[name] === typeof value))
      return [[at + name, value]];
    return ends.test(name) ? [[at + name, value === null]] : tellingPart(value, {}, `${at}${name}.`);
  });
}

describe.each(rows)('the example of $name', (row) => {
  test('succeeds, and its answer is as the document says', async () => {
    const { body, answer } = await sendExample(row);
    expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
    expect(validator.faultsOf(row, answer)).toEqual([]);
    const media: Json = Object.values(row.operation.responses[200].content)[0];
    const promised = media.example.data;
    if (!promised) return;
    expect(tellingPart(answer.body.data, body)).toEqual(tellingPart(promised, body));
  });
});

test.each(rows.filter(({ operation }) => operation.responses[422]))(
  'a retry of $name gets the documented response',
  async (row) => {
    const { answer, again } = await sendExample(row, { 'idempotency-key': crypto.randomUUID() });
    const retried = await again();
    expect(retried.headers.get('idempotency-replayed')).toBe('true');
    expect(retried.body.data).toEqual(answer.body.data);
    expect(validator.faultsOf(row, retried)).toEqual([]);
  },
);
