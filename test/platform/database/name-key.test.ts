import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { line } from '../../../src/platform/input-rules.js';
import { createDatabase, databaseUrl, sql } from '../../harness/database.js';

const [server] = await sql<{ version: number }>(
  databaseUrl('postgres'),
  `select current_setting('server_version_num')::int as version`,
);
const hasCaseFolding = Number(server?.version) >= 180_000;
let database: Awaited<ReturnType<typeof createDatabase>>;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

// cspell:ignore dfff
const keysOf = async (names: string[]) =>
  (
    await sql<{ key: string }>(
      database.url,
      'select service_account_name_key(name) as key from unnest($1::text[]) with ordinality as one (name, n) order by n',
      [names],
    )
  ).map(({ key }) => key);

/** SQL for the NFKC_Casefold of a text, as PostgreSQL 18 can compute it. */
const folded = (text: string) => `
  normalize(casefold(normalize(casefold(normalize(${text}, NFKD) collate pg_unicode_fast), NFKD)
    collate pg_unicode_fast), NFKC)`;

const testOfFolding = hasCaseFolding ? test : test.skip;

testOfFolding('two characters have one key if Unicode folds them to one text', async () => {
  const rows = await sql<{ code: string; key: string }>(
    database.url,
    `select to_hex(code) as code, key
     from generate_series(1, x'323af'::int) as code, chr(code) as char,
       concat('a', char, 'a') as text, service_account_name_key(text) as key
     where (code < x'd800'::int or code > x'dfff'::int) and unicode_assigned(char)
       and code not in (x'200c'::int, x'200d'::int, x'200e'::int, x'200f'::int, x'61c'::int, x'fe0f'::int)
        and (service_account_name_key(${folded('text')}) <> key or ${folded('key')} <> ${folded('text')})`,
  );
  expect(rows).toEqual([]);
});

const chars = fc.constantFrom(
  ...'aAbBiIsS\u00df\u1e9e\u0130\u0131\u03c2\u03c3\u03a3\u0345\u03b1\u0301\u0323\ufb01\uff21\u3000\u212a\u01c5 -1\u00b2',
  ...'\u0645\u06cc\u0915\u094d\u05d0\u200c\u200d\u200f\ufe0f\u20e3\u{1f469}\u{1f3fd}\u{1f3f4}\u{e0067}\u{e007f}\ufdfa',
);
const names = fc.array(chars, { minLength: 1, maxLength: 12 }).map((all) => all.join(''));

test('a key is its own key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(names, { minLength: 50, maxLength: 50 }), async (list) => {
      const keys = await keysOf(list);
      expect(await keysOf(keys)).toEqual(keys);
    }),
    { numRuns: 20 },
  );
});

test('case and normalization forms do not change the key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(names, { minLength: 50, maxLength: 50 }), async (list) => {
      const keys = await keysOf(list);
      for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const)
        expect(await keysOf(list.map((name) => name.normalize(form)))).toEqual(keys);
      // The upper case of a dotless i is an i. That of an iota below is a letter beside, which takes over later marks.
      const cased = list.map((name) => name.replaceAll(/\u0131|\u0345/g, '').normalize());
      expect(await keysOf(cased.map((name) => name.toUpperCase()))).toEqual(await keysOf(cased));
    }),
    { numRuns: 20 },
  );
});

test('names that the rules accept have the key of the name without its invisible characters', async () => {
  const rule = line(1, 100);
  await fc.assert(
    fc.asyncProperty(fc.array(names, { minLength: 200, maxLength: 200 }), async (list) => {
      const accepted = list.filter((name) => rule.safeParse(name).success);
      const bare = accepted.map((name) => name.replace(/[\p{Cf}\p{DI}]/gu, ''));
      expect(await keysOf(accepted)).toEqual(await keysOf(bare));
    }),
    { numRuns: 20 },
  );
});
