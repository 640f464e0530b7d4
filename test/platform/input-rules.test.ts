import { expect, test } from '@jest/globals';
import { compose, normalizeSearch } from '../../src/platform/input-rules.js';

const marks = 'a\u0315\u0300'.repeat(5);

test('a text is composed', () => {
  expect(compose('Cafe\u0301', 100)).toBe('Caf\u00e9');
  expect(normalizeSearch(' cafe\u0301 ')).toBe('caf\u00e9');
  expect(compose(marks, 100)).not.toBe(marks);
});

test('a text that is too long is not composed, because that takes seconds', () => {
  const long = 'a\u0315\u0300'.repeat(100);
  expect(compose(long, 100)).toBe(long);
  expect(normalizeSearch(long)).toBe(long);
});
