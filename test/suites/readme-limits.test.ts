import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { limits } from '../../src/api/graphql/limits/document-limits.js';
import { serverLimits } from '../../src/platform/http/listen.js';

const section = /\n## Limits\n(.*?)\n## /s.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';

test.each(Object.entries(limits))('the README tells the limit of %s', (name, maximum) => {
  expect(section).toMatch(new RegExp(`^\\| ${name} \\| ${maximum} \\|`, 'm'));
});

test.each([
  ['time for its headers', `${serverLimits.headersTimeout / 1000} s`],
  ['time for all of it', `${serverLimits.requestTimeout / 1000} s`],
  ['time in which nothing is sent or read', `${serverLimits.idleTimeout / 1000} s`],
  ['time between it and the next one on a connection', `${serverLimits.keepAliveTimeout / 1000} s`],
  ['connections beside its own', serverLimits.maxConnections.toLocaleString('en')],
])('the README tells the %s', (what, limit) => {
  expect(section).toContain(`| ${what} | ${limit} |`);
});
