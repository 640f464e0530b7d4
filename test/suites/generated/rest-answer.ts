import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { type ErrorCode, errorTable } from '../../../src/platform/errors.js';
import { assertNoLeak, assertThat, readAs } from './assert.js';
import { objects, successes, timestamp } from './rest-data.js';
import type { RestRequest } from './rest-request.js';
import type { WireAnswer } from './run.js';

const code = z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]);
const details = z.record(z.string(), z.unknown()).optional();
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

/** Parses a value by a schema, and asserts that its keys have the schema's order. */
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

/** Checks an answer. @returns its kind: the status, and the code or the call */
export function kindOfRestAnswer(request: RestRequest, answer: WireAnswer): string {
  const { status, headers, text } = answer;
  const requestId = headers['x-request-id'];
  assertThat(requestId, 'no x-request-id');
  assertThat(status !== 500, `500: ${text}`);
  assertNoLeak(text, request);
  if (request.method === 'HEAD') {
    assertThat(text === '', 'HEAD has a body');
    return `${status} HEAD`;
  }
  const type = headers['content-type'];
  const body: unknown = JSON.parse(text);
  if (status === 200) return kindOfSuccess(request, answer, body);
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
  // A good call other than a create may find its account deleted, with five secrets or keys, or with
  // the same key.
  const mayBe = facts.code === 'CONFLICT' && (request.call !== 'create' || facts.details?.field === 'name');
  assertThat(!request.good || mayBe, `a good request is refused: ${text}`);
  return `${status} ${facts.code}`;
}

const withSecret = ['create', 'newSecret'];

function kindOfSuccess(request: RestRequest, { headers, text }: WireAnswer, body: unknown): string {
  const { call, method } = request;
  const answer = successes[call];
  assertThat(answer && (call !== 'create' || method === 'POST'), `${method} is 200: ${text}`);
  const type = headers['content-type'];
  assertThat(type === 'application/json; charset=utf-8', `content-type ${type}`);
  const { data, page } = read(answer, body);
  const object = objects[call];
  if (object) read(object, data);
  if (withSecret.includes(call)) {
    assertThat(headers['cache-control'] === 'no-store', 'an answer with a secret may be stored');
  }
  if (page) assertLink(headers.link, page as Page);
  if (call === 'create') assertSame(request, data as Created);
  const kind = call === 'create' ? '200' : `200 ${method} ${call}`;
  return headers['idempotency-replayed'] ? `${kind} replayed` : kind;
}

type Page = { next: string | null; hasMore: boolean };

/** Asserts that the link header and the page name the same next page, or none. */
function assertLink(link: unknown, { next, hasMore }: Page): void {
  assertThat(hasMore === (next !== null), 'more pages, and no link to the next one');
  const after =
    /^<https:\/\/gateway\.example\.com\/api\/v1\/admin\/service-account(\?[^>]*)>; rel="next"$/.exec(
      String(link ?? ''),
    )?.[1];
  const linked = after === undefined ? null : new URLSearchParams(after).get('after');
  assertThat(linked === next, `the link and the page differ: ${JSON.stringify({ link, next })}`);
}

type Created = { name: string; permissions: string[]; clientSecret: string | null };

/** Asserts that the account is the one that was asked for. */
function assertSame({ body, headers }: RestRequest, data: Created): void {
  // The test does not unpack compressed bodies.
  if (/gzip|br/.test(headers['content-encoding'] ?? '')) return;
  const text = new TextDecoder().decode(body).trim();
  const input = text ? JSON.parse(text) : null;
  if (typeof input?.name === 'string') assertThat(data.name === input.name.normalize('NFC'), 'another name');
  assertThat((data.clientSecret === null) === (input?.withoutSecret === true), 'another secret');
  const permissions = input?.permissions ?? ['api:read', 'api:write'];
  assertThat([...permissions].sort().join() === data.permissions.join(), 'other permissions');
}
