import { STATUS_CODES } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { errorTable } from '../../../src/platform/errors.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { errorCases } from './error-cases.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

test('every row of the error table has a case', () => {
  expect(Object.keys(errorCases).sort()).toEqual(Object.keys(errorTable).sort());
});

test.each(Object.entries(errorCases))(
  '%s has its status, and the envelope with its keys in order',
  async (code, { status, error, message, details, header, provoke }) => {
    const answer = await provoke(gateway, {});
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    if (header) expect(answer.headers.get(header[0])).toMatch(header[1]);
    expect(Object.entries(answer.body)).toEqual([
      ['success', false],
      ['message', message],
      ['error', error],
      ['code', code],
      ['timestamp', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)],
      ['requestId', answer.headers.get('x-request-id')],
      ...(details ? [['details', details]] : []),
    ]);
  },
);

// NOT_ACCEPTABLE is omitted, because a caller that accepts neither form gets the envelope.
test.each(Object.entries(errorCases).filter(([code]) => code !== 'NOT_ACCEPTABLE'))(
  '%s tells the same facts as problem details to who prefers them',
  async (code, { status, error, message, details, header, provoke }) => {
    const accept = 'application/json;q=0.8, application/problem+json';
    const answer = await provoke(gateway, { accept });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    if (header) expect(answer.headers.get(header[0])).toMatch(header[1]);
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: STATUS_CODES[status],
      status,
      detail: message,
      error,
      code,
      timestamp: expect.any(String),
      requestId: answer.headers.get('x-request-id'),
      ...(details && { details }),
    });
  },
);
