import { expect, test } from '@jest/globals';
import {
  type RefusalReason,
  refusalReasons,
} from '../../../src/features/service-accounts/sign-in/refusals.js';
import { issuerNames } from '../../api/oauth/issuer-shapes.js';
import { blocksOf, readPage, tablesOf } from './pages.js';

const page = readPage('docs/workload-identity.md');

/** The names in the first column of the tables of a page that have this heading. */
const namesIn = (path: string, heading: string) =>
  tablesOf(readPage(path))
    .filter(({ header }) => header[0] === heading)
    .flatMap(({ rows }) => rows.flatMap(([first]) => first?.names ?? []))
    .sort();

/** The reasons that no workload can cause: its token is neither a secret nor signed by a key of the account. */
const ofOthers: RefusalReason[] = ['wrong_secret', 'secret_revoked', 'secret_expired', 'key_expired'];
/** The errors of a client that has authenticated. */
const afterwards: RefusalReason[] = [
  'invalid_request',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'invalid_grant',
];

test('the page tells what to do for each reason to reject the token of a workload', () => {
  const expected = refusalReasons.filter((reason) => ![...ofOthers, ...afterwards].includes(reason));
  expect(namesIn('docs/workload-identity.md', 'Reason')).toEqual(expected.sort());
});

test('the page about the audit log has each reason', () => {
  expect(namesIn('docs/audit-log.md', 'after.reason')).toEqual([...refusalReasons].sort());
});

test('the page has a recipe for each platform, which adds a trust and gets an access token', () => {
  const [, recipes = ''] = page.text.split('\n## Recipes\n');
  const trusted = [...recipes.matchAll(/"issuer": "(.*?)"/g)].map(([, name]) => name);
  expect(trusted).toEqual(issuerNames);
  expect(recipes.match(/ACCESS_TOKEN=\$\(/g)).toHaveLength(issuerNames.length);
});

test('each recipe asks its platform for a token with the audience of the trust', () => {
  const audiences = blocksOf(page)
    .filter(({ language }) => language === 'yaml')
    .flatMap(({ text }) => [...text.matchAll(/\b(?:aud|audience): (\S+)/g)].map(([, value]) => value));
  expect(audiences).toEqual(['https://gateway.example.com/oauth2', 'https://gateway.example.com/oauth2']);
});
