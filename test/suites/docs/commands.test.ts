// Runs what the pages tell their readers to run. The rules for writers:
//
// - Each ```sh block is run, page by page from top to bottom, in one bash per page and against a gateway of its own that
//   has just started in development mode. The working directory is a copy of the checkout. A command that starts with
//   `npm`, `npx`, `git` or `.ci/run` is not run, except `npm run --silent token` and `keys`.
// - http://127.0.0.1:4000 stands for the gateway; any other port after 127.0.0.1: is free for the page.
// - `sa-…`, `secret-…`, `audit-…`, `sa_client_…`, `sa_secret_…` and `eyJ…` stand for the last such value that the page's
//   commands, or the gateway at its start, have printed.
// - Every command, each part of a pipe included, exits with 0, and no response is an error. If the last response of a
//   block is meant to be an error, `<!-- responds with 409 -->` stands before the block, or the error behind it.
// - A ```json object directly behind a ```sh block shows the response: the same keys in the same order, types and texts;
//   numbers, times and IDs may differ; `…` stands for any end of a text. An array may show fewer items.
// - A ```graphql block runs with the token of a super_admin. A ```json object directly behind it shows the response if it
//   has `data` or `errors`, and the variables otherwise.
// - `<!-- not run by the tests: reason -->` directly before a block exempts it.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type PageRun, reasonNotToRun, startPage } from './page-run.js';
import { type Block, blocksOf, readPages } from './pages.js';

/** A block may have many commands, and the other tests run at the same time. */
const timeoutMs = 120_000;

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

const pages = readPages().map((page) => ({ ...page, blocks: blocksOf(page) }));
const all = pages.flatMap(({ path, blocks }) =>
  blocks.map((block) => ({ at: `${path}:${block.line}`, block })),
);
const inJson = all.filter(({ block }) => block.language === 'json' && reasonNotToRun(block) === undefined);

const isRun = (block: Block) => /^(sh|graphql)$/.test(block.language) && reasonNotToRun(block) === undefined;

test.each(pages)('every npm script that $path names exists', ({ text }) => {
  const named = [...text.matchAll(/\bnpm (?:run (?:--silent |-s )?([\w:-]+)|(start|test)\b)/g)];
  expect(named.map(([, script, other]) => script ?? other).filter((name = '') => !scripts[name])).toEqual([]);
});

test.each(all)('the block at $at is of a language that the tests know to run or not to run', ({ block }) => {
  expect(block.language).not.toMatch(/^(bash|shell|zsh|console|shell-session|gql|sh .*)$/);
  expect(reasonNotToRun(block)).not.toBe('');
});

test.each(inJson)('the block at $at is JSON', ({ block }) => {
  expect(() => JSON.parse(block.text)).not.toThrow();
});

describe.each(pages.filter(({ blocks }) => blocks.some(isRun)))('$path', ({ path, blocks }) => {
  let page: PageRun;

  beforeAll(async () => {
    page = await startPage(blocks);
  }, timeoutMs);
  afterAll(() => page?.stop(), timeoutMs);

  test.each(blocks.filter(isRun).map((block) => ({ at: `${path}:${block.line}`, block })))(
    'the block at $at runs and responds as the page says',
    ({ block }) => page.run(block),
  );
});
