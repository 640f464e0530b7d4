import fc from 'fast-check';
import { createPath } from '../harness/gateway.js';
import { callerHeaders, contentEncoding, contentType } from './headers.js';
import { headerText, mostly, type WireRequest } from './parts.js';
import { restBody } from './rest-body.js';
import type { World } from './world.js';

export interface RestRequest extends WireRequest {
  /** Nothing about it is wrong, so that it has to succeed, unless its name is taken. */
  good: boolean;
  /** Whether errors are to be problem details. Undefined: hard to say of such an accept header. */
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
      '/',
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

/** Requests for the documented call, in the manner of an OpenAPI document that describes it. */
export const restRequest = (world: World): fc.Arbitrary<RestRequest> =>
  fc
    .record({
      method,
      path,
      accept,
      body: restBody,
      caller: callerHeaders(world),
      contentType,
      contentEncoding,
    })
    .map(({ method, path, accept, body, caller, contentType, contentEncoding }) => {
      const [acceptHeader, problem] = accept.value;
      const headers = {
        ...caller.value,
        accept: acceptHeader,
        ...(body.value && { 'content-type': contentType.value, 'content-encoding': contentEncoding.value }),
      };
      const parts = [
        method,
        path,
        accept,
        body,
        caller,
        ...(body.value ? [contentType, contentEncoding] : []),
      ];
      return {
        method: method.value,
        path: path.value,
        headers: given(headers),
        body: body.value,
        good: parts.every(({ good }) => good),
        problem,
      };
    });

const given = (headers: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
