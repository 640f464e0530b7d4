import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { type ErrorCode, errorTable } from '../../src/errors.js';
import { looksLikeSecret } from '../../src/service-accounts/secrets/secret.js';
import { assertNoLeak, assertThat, readAs } from './assert.js';
import type { RestRequest } from './rest-request.js';
import type { WireAnswer } from './run.js';

const timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const code = z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]);
const details = z.record(z.string(), z.unknown()).optional();
const optionalText = z.string().nullable();

/** The documented answers. Their keys stand in the documented order. */
const success = z.strictObject({
  success: z.literal(true),
  message: z.literal('Service account created successfully'),
  data: z.strictObject({
    id: z.string().regex(/^sa-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    name: z.string().min(1),
    clientId: z.string().regex(/^sa_client_[0-9a-f]{12}$/),
    clientSecret: z.string().refine(looksLikeSecret),
    type: z.literal('service_account'),
    status: z.literal('active'),
    permissions: z.array(z.enum(['api:read', 'api:write'])),
    createdAt: timestamp,
    createdBy: z.strictObject({ id: z.string().min(1), name: optionalText, email: optionalText }),
    tenant: z.strictObject({ id: z.uuid(), name: z.string() }),
  }),
  timestamp,
});
const failure = z.strictObject({
  success: z.literal(false),
  message: z.string().min(1),
  error: z.string(),
  code,
  timestamp,
  requestId: z.string(),
  details,
});
const problem = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string().min(1),
  error: z.string(),
  code,
  timestamp,
  requestId: z.string(),
  details,
});

/** Reads what fits a schema and has its keys in its order. */
function read<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>, value: unknown) {
  const data = readAs(schema, value);
  const keys = Object.keys(value as object);
  assertThat(
    keys.join() ===
      Object.keys(schema.shape)
        .filter((key) => keys.includes(key))
        .join(),
    'order of keys',
  );
  return data;
}

/** Looks at an answer. @returns its kind: the status and the code */
export function kindOfRestAnswer(request: RestRequest, answer: WireAnswer): string {
  const { status, headers, text } = answer;
  const requestId = headers['x-request-id'];
  assertThat(requestId, 'no x-request-id');
  assertThat(status !== 500, `500: ${text}`);
  assertNoLeak(text, request);
  if (request.method === 'HEAD') {
    assertThat(text === '', 'HEAD has a body');
    return `${status}`;
  }
  const type = headers['content-type'];
  const body: unknown = JSON.parse(text);
  if (status === 200) {
    assertThat(request.method === 'POST', `${request.method} is 200`);
    assertThat(type === 'application/json; charset=utf-8', `content-type ${type}`);
    assertThat(headers['cache-control'] === 'no-store', 'an answer with a secret may be stored');
    const { data } = read(success, body);
    read(success.shape.data, (body as { data: unknown }).data);
    assertSame(request, data);
    return headers['idempotency-replayed'] ? '200 replayed' : '200';
  }
  const isProblem = type === 'application/problem+json; charset=utf-8';
  assertThat(isProblem || type === 'application/json; charset=utf-8', `content-type ${type}`);
  if (request.problem !== undefined) assertThat(isProblem === request.problem, `an error as ${type}`);
  const facts = isProblem ? read(problem, body) : read(failure, body);
  const row = errorTable[facts.code];
  assertThat(row.status === status, `${facts.code} with the status ${status}`);
  assertThat(row.title === facts.error, `${facts.code} with the title ${facts.error}`);
  assertThat(facts.requestId === requestId, 'two request ids');
  if ('title' in facts) {
    assertThat(facts.status === status && facts.title === STATUS_CODES[status], 'another status inside');
  }
  const nameIsTaken = facts.code === 'CONFLICT' && facts.details?.field === 'name';
  assertThat(!request.good || nameIsTaken, `a good request is refused: ${text}`);
  return `${status} ${facts.code}`;
}

/** What was asked for is what was made. */
function assertSame({ body, headers }: RestRequest, data: { name: string; permissions: string[] }): void {
  if (/gzip|br/.test(headers['content-encoding'] ?? '')) return; // what it unpacks to is the gateway's to say
  const text = new TextDecoder().decode(body).trim();
  const input = text ? JSON.parse(text) : null;
  if (typeof input?.name === 'string') assertThat(data.name === input.name.normalize('NFC'), 'another name');
  const permissions = input?.permissions ?? ['api:read', 'api:write'];
  assertThat([...permissions].sort().join() === data.permissions.join(), 'other permissions');
}
