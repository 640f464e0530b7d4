import fc from 'fast-check';
import { createPath } from '../../harness/gateway.js';
import { callerHeaders, contentEncoding, contentType } from './headers.js';
import { headerText, mostly, type WireRequest } from './parts.js';
import { restBody } from './rest-body.js';
import { otherCalls, type Target } from './rest-calls.js';
import type { World } from './world.js';

export interface RestRequest extends WireRequest {
  /** The name of the call, by which rest-answer.ts knows the answer of a success. */
  call: string;
  /** Whether the request has no fault, so that it has to succeed if the state of its account allows that. */
  good: boolean;
  /** Whether an error has to be problem details. Undefined if the test cannot tell it from the accept header. */
  problem: boolean | undefined;
}

const method = mostly(
  fc.constant('POST'),
  fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'),
  40,
);

const segment = fc.oneof(
  fc.constantFrom('..', '.', '%zz', '%00', '%2f', '%e2%82', 'create', 'admin', '*', '(', ''),
  fc.webPath().map((path) => path.slice(1)),
);
const path = mostly(
  fc.oneof(
    { weight: 9, arbitrary: fc.constant(createPath) },
    { weight: 1, arbitrary: fc.webQueryParameters().map((query) => `${createPath}?${query}`) },
  ),
  fc.oneof(
    fc.constantFrom(
      `${createPath}/`,
      createPath.toUpperCase(),
      `/${createPath}`,
      createPath.slice(0, -1),
      '/api',
    ),
    fc.array(segment, { maxLength: 4 }).map((segments) => `${createPath}/${segments.join('/')}`),
    fc.array(segment, { maxLength: 4 }).map((segments) => `/api/${segments.join('/')}`),
  ),
  40,
);

type Accept = [header: string | undefined, problem: boolean | undefined];
const accept = mostly<Accept>(
  fc.constantFrom<Accept>(
    [undefined, false],
    ['application/json', false],
    ['*/*', false],
    ['application/*', false],
    ['text/html, application/json;q=0.9', false],
    ['application/json; charset=utf-8', false],
    ['application/problem+json', true],
    ['application/problem+json, application/json;q=0.5', true],
  ),
  fc.oneof(
    fc.constantFrom<Accept>(
      ['text/html', false],
      ['application/json;q=0', undefined],
      ['', undefined],
      [',;=', undefined],
    ),
    headerText.map((text): Accept => [text, undefined]),
  ),
  16,
);

/** Generates requests for the documented request, as its OpenAPI document describes it. */
const createCall: fc.Arbitrary<Target> = fc
  .record({ method, path, body: restBody })
  .map(({ method, path, body }) => ({
    method: method.value,
    path: path.value,
    body,
    call: 'create',
    good: [method, path, body].every(({ good }) => good),
  }));

/** Generates REST requests, most of which are for the documented request. */
export const restRequest = (world: World): fc.Arbitrary<RestRequest> =>
  fc
    .record({
      target: fc.oneof({ weight: 13, arbitrary: createCall }, { weight: 7, arbitrary: otherCalls(world) }),
      accept,
      caller: callerHeaders(world),
      contentType,
      contentEncoding,
    })
    .map(({ target, accept, caller, contentType, contentEncoding }) => {
      const [acceptHeader, problem] = accept.value;
      const body = target.body.value;
      const headers = {
        ...caller.value,
        accept: acceptHeader,
        ...(body && { 'content-type': contentType.value, 'content-encoding': contentEncoding.value }),
      };
      const parts = [target, accept, target.body, caller, ...(body ? [contentType, contentEncoding] : [])];
      return {
        method: target.method,
        path: target.path,
        headers: given(headers),
        body,
        call: target.call,
        good: parts.every(({ good }) => good),
        problem,
      };
    });

const given = (headers: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
