import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readWorkloadIssuersFile } from '../../../src/platform/auth/workload/read-workload-issuers-file.js';
import { workloadTokenFaults } from '../../../src/platform/auth/workload/verify-workload-token.js';
import { workloadIssuer } from '../../../src/platform/auth/workload/workload-issuer.js';
import { createIssuer } from '../../harness/issuer.js';
import { outcome, tokensOf } from '../../platform/auth/workload/workload-tokens.js';
import { blocksOf, readPage, tablesOf } from './pages.js';
import { type Json, renewed, signed } from './realms-of-page.js';

const page = readPage('docs/workload-issuers.md');
const json: Json[] = blocksOf(page)
  .filter(({ language }) => language === 'json')
  .map(({ text }) => JSON.parse(text));
const files = json.filter((one) => 'issuers' in one);
const issuers: Json[] = files.flatMap((file) => file.issuers);
const payloads: Json[] = json.filter((one) => 'iss' in one);
const folder = mkdtempSync(join(tmpdir(), 'workload-issuers-of-page-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the names in the first column of the table with this heading. */
const namesUnder = (heading: string) =>
  tablesOf(page)
    .filter(({ header }) => header[0] === heading)
    .flatMap(({ rows }) => rows.flatMap(([first]) => first?.names ?? []));

test('every file on the page is accepted in production', () => {
  const path = join(folder, 'workload-issuers.json');
  const surroundings = { url: 'https://gateway.example.com', production: true, realmIssuers: [] };
  for (const file of files) {
    writeFileSync(path, JSON.stringify(file));
    expect(readWorkloadIssuersFile(path, surroundings).faults).toEqual([]);
  }
  expect(files).toHaveLength(8);
});

test('the reference describes every key of an issuer, with its default', () => {
  expect(namesUnder('Key of an issuer').sort()).toEqual(Object.keys(workloadIssuer.shape).sort());
  const { maxTokenAge, singleUse } = workloadIssuer.parse({ name: 'a', issuer: 'https://a.example.com' });
  expect(page.text).toMatch(new RegExp(`^\\| \`maxTokenAge\` .* Defaults to ${maxTokenAge}\\.`, 'm'));
  expect(page.text).toMatch(new RegExp(`^\\| \`singleUse\` .* Defaults to ${singleUse}\\.`, 'm'));
});

test('the page explains every reason to reject a token', () => {
  expect(namesUnder('Reason').sort()).toEqual([...workloadTokenFaults].sort());
});

test('the page has a payload for each platform', () => {
  expect(payloads.map(({ sub }) => sub)).toEqual([
    'repo:acme@123456/shop@456789:ref:refs/heads/main',
    'project_path:acme/shop:ref_type:branch:ref:main',
    'system:serviceaccount:shop:api',
    '112010400000000710080',
    'b3f0c2d4-1a5e-4c7b-9d8f-2e6a0b4c8d1f',
    'spiffe://acme.com/ns/shop/sa/api',
  ]);
});

test.each(payloads.map((payload) => [payload.sub, payload]))(
  'the documented token of %s is accepted with the issuer on the page',
  async (sub, payload) => {
    const platform = await createIssuer('platform', 'RS256');
    // The last one is in the section of the platform.
    const { jwksUri: _, ...issuer } = issuers.findLast((one) => one.issuer === payload.iss);
    const tokens = tokensOf([{ ...issuer, jwks: platform.jwks }]);
    const typ = payload['kubernetes.io'] ? undefined : 'JWT';
    const claims = renewed(payload);
    const token = await signed(platform, claims, typ);
    expect(await outcome(tokens, token)).toMatchObject({
      subject: sub,
      audience: [payload.aud].flat(),
      claims,
    });
  },
);
