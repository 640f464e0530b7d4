import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorEnvelope, problemDetails, successEnvelope } from '../../../src/api/rest/envelope.js';
import { AppError, type ErrorCode, errorTable } from '../../../src/platform/errors.js';

const now = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z') });
const code = fc.constantFrom(...(Object.keys(errorTable) as ErrorCode[]));
const details = fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined });
const message = fc.option(fc.string(), { nil: undefined });
const error = fc.record({ code, message, details }).map((facts) => ({
  ...facts,
  error: new AppError(facts.code, { message: facts.message, details: facts.details }),
}));

/** The body as the client reads it. */
const sent = (body: unknown) => JSON.parse(JSON.stringify(body));

test('a success has success, message, data and timestamp, in this order', () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), now, (text, data, at) => {
      const body = successEnvelope(text, data, at);
      expect(Object.entries(sent(body))).toEqual([
        ['success', true],
        ['message', text],
        ['data', sent(data)],
        ['timestamp', at.toISOString()],
      ]);
    }),
  );
});

test('an error has the documented keys in the documented order, and details only if there are any', () => {
  fc.assert(
    fc.property(error, fc.string(), now, (facts, requestId, at) => {
      const row = errorTable[facts.code];
      expect(Object.entries(sent(errorEnvelope(facts.error, requestId, at)))).toEqual([
        ['success', false],
        ['message', facts.message ?? row.message],
        ['error', row.title],
        ['code', facts.code],
        ['timestamp', at.toISOString()],
        ['requestId', requestId],
        ...(facts.details ? [['details', sent(facts.details)]] : []),
      ]);
    }),
  );
});

test('problem details tell the same facts under the names of RFC 9457', () => {
  fc.assert(
    fc.property(error, fc.string(), now, (facts, requestId, at) => {
      const { success, message: text, ...same } = sent(errorEnvelope(facts.error, requestId, at));
      const { type, title, status, detail, ...rest } = sent(problemDetails(facts.error, requestId, at));
      expect(success).toBe(false);
      expect({ type, status, detail }).toEqual({
        type: 'about:blank',
        status: errorTable[facts.code].status,
        detail: text,
      });
      expect(title).toEqual(expect.any(String));
      expect(rest).toEqual(same);
    }),
  );
});

test('neither shape shows more of an error than its public text, code and details', () => {
  const inner = new AppError('FORBIDDEN', { headers: { 'x-internal': 'hunter2' } });
  inner.stack = 'at hunter2 (/srv/secret.js:1)';
  inner.cause = new Error('hunter2');
  const shapes = [errorEnvelope(inner, 'r', new Date()), problemDetails(inner, 'r', new Date())];
  expect(JSON.stringify(shapes)).not.toMatch(/hunter2|stack|headers|locations|path/);
});
