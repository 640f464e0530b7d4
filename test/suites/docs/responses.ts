import { expect } from '@jest/globals';
import { errorTable } from '../../../src/platform/errors.js';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/**
 * Returns the HTTP status of the error that a response reports, or undefined. GraphQL reports errors with status 200,
 * too, and an operation on many accounts has an error for each account.
 */
export function errorStatus(status: number, body: unknown): number | undefined {
  const code = findCode(body);
  if (code) return errorTable[code].status;
  const failed =
    isObject(body) && ('errors' in body || body.success === false || typeof body.error === 'string');
  return status >= 400 || failed ? status : undefined;
}

function findCode(value: unknown): keyof typeof errorTable | undefined {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(errorTable, String(value.code))) return value.code as keyof typeof errorTable;
  for (const inner of Object.values(value)) {
    const code = findCode(inner);
    if (code) return code;
  }
  return undefined;
}

/**
 * Asserts that a response has the form of the one on the page: the same keys in the same order, values of the same
 * type, and the same texts but for their random parts. A text with `…` fits each text that begins like it. An array may
 * have more items than the page shows.
 */
export function expectForm(actual: unknown, shown: unknown): void {
  expect(formOf(actual, shown)).toEqual(formOf(shown, shown));
}

/** Replaces what may differ, in a value that is compared with the one on the page. */
function formOf(value: unknown, shown: unknown): unknown {
  if (Array.isArray(value)) {
    if (!Array.isArray(shown)) return value;
    return shown.map((item, index) => (index < value.length ? formOf(value[index], item) : 'a missing item'));
  }
  if (isObject(value)) {
    // An array of pairs, since the order of the keys counts.
    return Object.entries(value).map(([key, inner]) => [
      key,
      formOf(inner, isObject(shown) ? shown[key] : undefined),
    ]);
  }
  if (typeof value !== 'string') return value === null ? null : typeof value;
  const [start = '', ...rest] = typeof shown === 'string' ? shown.split('…') : [value];
  if (rest.length > 0 && value.startsWith(start)) return `${start}…`;
  return value
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/sa_client_[0-9a-f]{12}/g, '<client ID>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replace(/(?=[\w.-]*\d)[\w.-]{24,}/g, '<random>')
    .replace(/\d+/g, '0');
}
