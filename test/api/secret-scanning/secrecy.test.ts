import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { reportPath } from '../../features/service-accounts/secrets/leaked-secrets.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type GatewayProcess, startProcess, stopAll } from '../../harness/gateway-process.js';
import { type Machine, machine } from '../oauth/machine.js';
import { ended, scanningPath } from './scanner.js';

const metricsToken = 'of-the-metrics-endpoint';

let gateway: Gateway;
let built: GatewayProcess;
let one: Machine;
beforeAll(async () => {
  gateway = await startGateway();
  const env = { SECRET_SCANNING: 'on', LOG_LEVEL: 'trace', METRICS_TOKEN: metricsToken };
  built = await startProcess({ ...gateway.env, ...env });
  await built.ready();
  one = await machine(gateway);
});
afterAll(async () => {
  await stopAll();
  await gateway.close();
});

const json = { 'content-type': 'application/json' };

async function post(path: string, body: unknown, headers: Record<string, string> = json) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(built.url + path, { method: 'POST', headers, body: text });
  return { status: response.status, text: await response.text() };
}

const graphql = (query: string, variables?: unknown) =>
  post('/graphql', { query, variables }, { ...json, ...one.admin.headers });
const rest = (body: unknown) => post(reportPath, body, { ...json, ...one.admin.headers });
const operation =
  'mutation ($input: ReportLeakedSecretInput!) { reportLeakedSecret(input: $input) { wasValid } }';
const literal = (written: string) => `mutation { reportLeakedSecret(input: ${written}) { wasValid } }`;

const secret = generateSecret();
const almost = `${secret}0`;

test.each<[string, number, () => Promise<{ status: number; text: string }>]>([
  ['a report', 202, () => post(scanningPath, { secret })],
  ['a list', 202, () => post(scanningPath, [{ token: secret, url: `https://example.com/${secret}` }])],
  ['a report with a text that is no secret', 400, () => post(scanningPath, { secret: almost })],
  [
    'a report with a field at the wrong place',
    400,
    () => post(scanningPath, { secret: [secret], url: secret }),
  ],
  ['a report that is not JSON', 400, () => post(scanningPath, `secret=${secret}`)],
  ['a report that is broken off', 400, () => post(scanningPath, `{"secret":"${secret}"`)],
  ['a form', 415, () => post(scanningPath, `secret=${secret}`, {})],
  ['a report that is too large', 413, () => post(scanningPath, { secret, url: 'x'.repeat(200_000) })],
  ['a secret in the query', 400, () => post(`${scanningPath}?secret=${secret}`, '{}')],
  ['a secret in the path', 404, () => post(`${scanningPath}/${secret}`, '{}')],
  [
    'a secret as the ID of a request',
    202,
    () => post(scanningPath, { secret }, { ...json, 'x-request-id': secret }),
  ],
  ['a REST request', 404, () => rest({ secret })],
  ['a REST request with a text that is no secret', 400, () => rest({ secret: almost })],
  ['a REST request with a list', 400, () => rest({ secret: [secret] })],
  ['a GraphQL request', 200, () => graphql(operation, { input: { secret } })],
  [
    'a GraphQL request with a text that is no secret',
    200,
    () => graphql(operation, { input: { secret: almost } }),
  ],
  ['a GraphQL request with a list', 400, () => graphql(operation, { input: { secret: [[secret]] } })],
  ['a secret in the document', 200, () => graphql(literal(`{ secret: "${secret}" }`))],
  ['a secret in the document in a list', 400, () => graphql(literal(`{ secret: ["${secret}"] }`))],
  ['a secret in the document without quotation marks', 400, () => graphql(literal(`{ secret: ${secret} }`))],
  ['a secret in a document that is broken off', 400, () => graphql(literal(`{ secret: "${secret}`))],
])('%s: %i, and the response does not repeat the secret', async (_what, status, send) => {
  const answer = await send();
  expect({ ...answer, text: answer.text.replaceAll(secret.slice(10, 40), '[secret]') }).toEqual(answer);
  expect(answer.status).toBe(status);
});

test('a secret that is revoked is neither in the log nor in the metrics', async () => {
  await post(scanningPath, { secret: one.clientSecret });
  await ended(gateway, one);
  const headers = { authorization: `Bearer ${metricsToken}` };
  const metrics = await (await fetch(`${built.url}/metrics`, { headers })).text();
  const written = built.stdout() + built.stderr();
  expect(written).toContain('A leaked secret was revoked');
  expect(metrics).toContain('gateway_requests_total');
  for (const part of [one.clientSecret, secret].map((text) => text.slice(10, 40))) {
    expect(written.includes(part)).toBe(false);
    expect(metrics.includes(part)).toBe(false);
  }
});
