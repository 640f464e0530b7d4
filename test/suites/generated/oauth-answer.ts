import { z } from 'zod';
import { assertNoLeak, assertThat, readAs } from './assert.js';
import type { WireRequest } from './parts.js';
import type { WireAnswer } from './run.js';

const error = z.strictObject({
  error: z.string(),
  // RFC 6749, section 5.2, allows no other characters.
  error_description: z.string().regex(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
});
const token = z.strictObject({
  access_token: z.string().regex(/^eyJ[\w-]+\.[\w-]+\.[\w-]{86}$/),
  token_type: z.literal('Bearer'),
  expires_in: z.literal(600),
  scope: z.string().optional(),
});
const introspection = z.union([
  z.strictObject({ active: z.literal(false) }),
  z.looseObject({ active: z.literal(true), credential_id: z.string(), scope: z.string().optional() }),
]);

/** The codes of errors, by status. */
const codes: Record<number, string[]> = {
  400: ['invalid_request', 'invalid_scope', 'invalid_target', 'invalid_grant', 'unsupported_grant_type'],
  401: ['invalid_client'],
  405: ['invalid_request'],
  413: ['invalid_request'],
  415: ['invalid_request'],
};

/** The header that an error of a status must have (RFC 9110, sections 15.5.2, 15.5.6 and 15.5.16). */
const required: Record<number, string> = { 401: 'www-authenticate', 405: 'allow', 415: 'accept-encoding' };

/** Checks an answer. @returns its kind: the status, and the code or the endpoint */
export function kindOfOAuthAnswer(request: WireRequest, { status, headers, text }: WireAnswer): string {
  assertThat(headers['x-request-id'], 'no x-request-id');
  assertThat(headers['cache-control'] === 'no-store', `cache-control ${headers['cache-control']}`);
  assertNoLeak(text, request);
  assertThat(!/sa_secret_/.test(text), 'the answer tells a secret');
  const needed = required[status];
  assertThat(!needed || headers[needed], `${status} without ${needed}`);
  const [, endpoint = ''] = /^\/oauth2\/(\w+)/.exec(request.path) ?? [];
  if (status === 204) {
    assertThat(request.method === 'OPTIONS' && text === '', `204 to ${request.method}`);
    return '204';
  }
  if (request.method === 'HEAD') {
    assertThat(status === 405 && text === '', `${status} to HEAD`);
    return '405 HEAD';
  }
  if (status === 200) {
    if (endpoint === 'revoke') assertThat(text === '', 'a body');
    else readAs<z.ZodType>(endpoint === 'token' ? token : introspection, JSON.parse(text));
    return `200 ${endpoint}`;
  }
  assertThat(headers['content-type'] === 'application/json; charset=utf-8', 'another content-type');
  const { error: code } = readAs(error, JSON.parse(text));
  assertThat(codes[status]?.includes(code), `${status} with ${code}`);
  return `${status} ${code}`;
}
