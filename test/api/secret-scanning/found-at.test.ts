import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foundAt } from '../../../src/api/secret-scanning/found-at.js';
import { generateSecret } from '../../../src/features/service-accounts/secrets/secret.js';

const secret = generateSecret();

test.each([
  ['https://github.com/acme/app/blob/main/.env', 'https://github.com/acme/app/blob/main/.env'],
  ['https://ada:pw@git.example.com:8443/a?b=c#d', 'https://git.example.com:8443/a'],
  [`https://git.example.com/a?secret=${secret}#${secret}`, 'https://git.example.com/a'],
  ['http://paste.example.com', 'http://paste.example.com/'],
  ['https://example.com/caf\u00e9\u202e/\u0007x', 'https://example.com/caf%C3%A9%E2%80%AE/%07x'],
])('of %j, the place is %j', (url, place) => {
  expect(foundAt(url)).toBe(place);
});

test.each([
  '',
  'nonsense',
  '/path',
  'javascript:alert(1)',
  'data:text/plain,x',
  'file:///etc/passwd',
  null,
  undefined,
])('%j is no place', (url) => {
  expect(foundAt(url)).toBeNull();
});

const encodeAll = (text: string) =>
  [...text].map((character) => `%${character.charCodeAt(0).toString(16)}`).join('');

test.each<[string, (text: string) => string]>([
  ['plainly', (text) => text],
  ['in capitals', (text) => text.toUpperCase()],
  ['incomplete', (text) => text.slice(0, 20)],
  ['percent-encoded', encodeAll],
  ['percent-encoded three times', (text) => encodeAll(encodeAll(encodeAll(text))).slice(0, 400)],
  ['with an invisible character in it', (text) => `${text.slice(0, 5)}\u200b${text.slice(5)}`],
])('a path that contains the secret %s is no place', (_how, write) => {
  expect(foundAt(`https://example.com/${write(secret)}/x`)).toBeNull();
});

test.each([
  ['long', 'x'.repeat(90_000)],
  ['of many escapes', '%25'.repeat(30_000)],
  // To decode all of it would take a step for each of its levels.
  ['encoded many times', `%${'25'.repeat(45_000)}`],
])('of a path that is %s, the place has at most 500 characters', (_how, path) => {
  expect(foundAt(`https://example.com/${path}`)).toHaveLength(500);
});

test('no URL whatever makes a place with a secret, or an error', () => {
  fc.assert(
    fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string(), (url, text) => {
      for (const one of [url, text, `${url}/${text}`])
        expect(foundAt(one) ?? '').not.toMatch(/sa_secret_\w/i);
    }),
  );
});
