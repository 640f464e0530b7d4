// Runs what the pages tell their readers to run. The rules for writers:
//
// - Each ```sh block is run, page by page from top to bottom, in one bash per page and against a gateway for this page,
//   which has just started in development mode. The working directory looks like the checkout. A command that starts
//   with `npm`, `npx`, `git`, `.ci/run` or `node … dist/gateway/main.js` is not run, except `npm run --silent token`
//   and `keys`.
// - http://127.0.0.1:4000 stands for the gateway. Any other port after 127.0.0.1: is free for the page.
// - `sa-…`, `secret-…`, `key-…`, `trust-…`, `audit-…`, `sa_client_…`, `sa_secret_…` and `eyJ…` stand for the last such
//   value that the commands of the page, or the gateway at its start, have printed.
// - Every command, each part of a pipe included, exits with 0, and no response is an error. If the last response of a
//   block is meant to be an error, `<!-- responds with 409 -->` stands before the block, or the error right behind it.
// - A ```json object directly behind a ```sh block shows the response: the same keys in the same order, types and
//   texts. Numbers, times and IDs may differ. `…` stands for any end of a text. An array may show fewer items.
// - A ```graphql block runs with the token of a super_admin. A ```json object directly behind it shows the response if
//   it has `data` or `errors`, and the variables otherwise.
// - `<!-- the gateway runs with METRICS_PORT=9464 LOG_LEVEL=debug -->` anywhere on a page sets variables for it.
// - `<!-- the gateway trusts the issuers of platforms -->` anywhere on a page starts the issuers of stand-ins.ts. The
//   commands find what a platform gives to its workloads: variables, files, programs, and endpoints for tokens.
// - The script of a job in a ```yaml block is run, too.
// - If a block sets `ACCESS_TOKEN`, its value must be an access token.
// - `<!-- not run by the tests: reason -->` directly before a block exempts it.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type PageRun, reasonNotToRun, scriptOf, startPage } from './page-run.js';
import { type Block, blocksOf, readPages } from './pages.js';
import { parse } from './recorder.js';

/** A block may have many commands, and the other tests run at the same time. */
const timeoutMs = 120_000;

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

const pages = readPages().map((page) => ({ ...page, blocks: blocksOf(page) }));
const located = ({ line, text }: Block) => `line ${line}: ${text}`;

const isRun = (block: Block) =>
  /^(sh|graphql|yaml)$/.test(block.language) && scriptOf(block) !== '' && reasonNotToRun(block) === undefined;

test.each(pages)('every npm script that $path names exists', ({ text }) => {
  const named = [...text.matchAll(/\bnpm (?:run (?:--silent |-s )?([\w:-]+)|(start|test)\b)/g)];
  expect(named.map(([, script, other]) => script ?? other).filter((name = '') => !scripts[name])).toEqual([]);
});

test.each(pages)('$path has no block in a language that only looks like sh or graphql', ({ blocks }) => {
  const isAlias = ({ language }: Block) =>
    /^(bash|shell|zsh|console|shell-session|gql|sh .*|graphql .*)$/.test(language);
  expect(blocks.filter(isAlias).map(located)).toEqual([]);
});

test.each(pages)('each block of $path that is not run has a reason', ({ blocks }) => {
  expect(blocks.filter((block) => reasonNotToRun(block) === '').map(located)).toEqual([]);
});

test.each(pages)('each json block of $path is JSON', ({ blocks }) => {
  const inJson = blocks.filter((block) => block.language === 'json' && reasonNotToRun(block) === undefined);
  expect(inJson.filter(({ text }) => parse(text) === text).map(located)).toEqual([]);
});

describe.each(pages.filter(({ blocks }) => blocks.some(isRun)))('$path', ({ blocks, ...page }) => {
  let run: PageRun;

  beforeAll(async () => {
    run = await startPage(page);
  }, timeoutMs);
  afterAll(() => run?.stop(), timeoutMs);

  test.each(blocks.filter(isRun).map((block) => ({ at: `${page.path}:${block.line}`, block })))(
    'the block at $at runs and responds as the page says',
    ({ block }) => run.run(block),
  );
});
