// Runs the code that docs/secret-scanning.md shows, so that the test covers the documented check.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateSecret, looksLikeSecret } from '../../../src/features/service-accounts/secrets/secret.js';
import { blocksOf, readPage } from './pages.js';

interface Documented {
  isSecret(text: string): boolean;
  findSecrets(text: string): string[];
}

const blocks = blocksOf(readPage('docs/secret-scanning.md'));
const textOf = (language: string) => blocks.find((block) => block.language === language)?.text ?? '';

let folder: string;
let documented: Documented;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-secrets-'));
  const path = join(folder, 'secrets.mjs');
  writeFileSync(path, textOf('js'));
  documented = await import(pathToFileURL(path).href);
});
afterAll(() => rmSync(folder, { recursive: true }));

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Creates a generator of numbers below a limit, which is the same in each run (mulberry32). */
function numbersFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const number = numbersFrom(20261124);
const fiveCharacters = () =>
  number(36 ** 5)
    .toString(36)
    .padStart(5, '0');
const randomText = () => {
  let text = 'sa_secret_';
  while (text.length < 48) text += fiveCharacters();
  return text.slice(0, 48);
};

/** Texts that are no secrets, although they have one. */
const around = (secret: string) => [
  '',
  `${secret} `,
  `${secret}\n`,
  ` ${secret}`,
  `${secret}0`,
  secret.slice(0, -1),
  secret.toUpperCase(),
  secret.replace('sa_', 'sb_'),
  secret.replace(/.$/, '\u00e9'),
];

const secrets = Array.from({ length: 2_000 }, generateSecret);

describe('the check in JavaScript', () => {
  test('passes none of a million random texts that match the pattern, as the check of the gateway', () => {
    let passed = 0;
    for (let count = 0; count < 1_000_000; count++) {
      const text = randomText();
      if (documented.isSecret(text) || looksLikeSecret(text)) passed += 1;
    }
    // One in 36 ** 7 is expected.
    expect(passed).toBe(0);
  }, 120_000);

  test('passes every secret', () => {
    expect(secrets.filter((secret) => !documented.isSecret(secret))).toEqual([]);
  });

  test('passes no secret with one changed character, wherever it is', () => {
    for (const secret of secrets.slice(0, 100)) {
      for (let place = 0; place < secret.length; place++) {
        for (const character of alphabet) {
          const changed = secret.slice(0, place) + character + secret.slice(place + 1);
          if (changed !== secret && documented.isSecret(changed)) throw new Error(`passes at place ${place}`);
        }
      }
    }
  });

  test('agrees with the gateway about texts around a secret', () => {
    for (const text of secrets.slice(0, 100).flatMap(around))
      expect([text, documented.isSecret(text)]).toEqual([text, looksLikeSecret(text)]);
  });

  test('finds secrets in any surroundings, and nothing else', () => {
    const [one = '', other = '', third = ''] = secrets;
    const text = [
      `CLIENT_SECRET="${one}"`,
      `https://example.com/?client_secret%3D${other}&x=1`,
      `"a\\n${third}\\n"`,
      `sa_secret_${'0'.repeat(38)}`,
      `${one}0`,
      `x${one.slice(0, -1)}-`,
    ].join('\n');
    expect(documented.findSecrets(text)).toEqual([one, other, third]);
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

(hasPython ? test : test.skip)('the check in Python agrees with that of the gateway', () => {
  const texts = [...secrets, ...secrets.slice(0, 200).flatMap(around)];
  for (let count = 0; count < 20_000; count++) texts.push(randomText());
  const path = join(folder, 'secrets.py');
  const run = 'import json, sys; print(json.dumps([is_secret(text) for text in json.load(sys.stdin)]))';
  writeFileSync(path, `${textOf('python')}\n${run}\n`);
  const { stdout, stderr } = spawnSync('python3', [path], { input: JSON.stringify(texts), encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual(texts.map(looksLikeSecret));
});

test('all rules on the page have the same pattern', () => {
  const [written] = textOf('text').split('\n');
  for (const language of ['js', 'python', 'toml', 'yaml']) expect(textOf(language)).toContain(written);
});
