import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { acme, cluster, faultsOf, folder, github, notRealm, notSelf, read } from './issuers-file.js';

// biome-ignore format: each row stays on its line
test.each([
  ['{ "issuers": [] }', ['issuers: must contain at least one issuer; without issuers, do not set the variable']],
  ['{}', ['issuers: is required, and must be a list']],
  ['{ "issuers": {} }', ['issuers: is required, and must be a list']],
  ['{ "issuers": [null] }', ['issuers[0]: must be of the JSON type object']],
  ['{ "issuer": [] }', ['issuers: is required, and must be a list', 'issuer: is not a known key; did you mean issuers?']],
  ['[]', ['must be of the JSON type object']],
  ['', ['must be valid JSON: value expected at line 1, column 1']],
  ['{ "issuers": [', ['must be valid JSON: close bracket expected at line 1, column 15']],
])('a file with %j in it is refused', (content, expected) => {
  expect(faultsOf(content).sort()).toEqual([...expected].sort());
});

test('a key that is there twice is refused', () => {
  const { name, issuer } = github;
  const content = `{ "issuers": [{ "name": "${name}", "issuer": "${issuer}",\n "issuer": "${issuer}" }] }`;
  expect(faultsOf(content)).toEqual([
    'issuers[0].issuer: must not be there twice; the second is at line 2, column 2',
  ]);
});

test('a file that does not exist is refused', () => {
  const path = join(folder, 'nowhere.json');
  expect(faultsOf('', { WORKLOAD_ISSUERS_FILE: path })).toEqual(['the file does not exist']);
});

test('all faults are reported at the same time, with those of the realms file and of other variables', () => {
  const issuers = [
    { name: 'a b', issuer: acme.issuer, maxTokenAge: 1 },
    cluster,
    { ...cluster, singleUse: 1 },
  ];
  expect(() => read(JSON.stringify({ issuers }), { PORT: 'x' })).toThrow(
    new RegExp(
      [
        'PORT: .*',
        'issuers\\[0\\].name: .*',
        'issuers\\[0\\].maxTokenAge: .*',
        'issuers\\[2\\].singleUse: .*',
        'issuers\\[0\\].issuer: must not be the issuer of a realm.*',
        'issuers\\[2\\].name: is already.*',
        'issuers\\[2\\].issuer: is already.*',
      ].join('\n.*'),
    ),
  );
});

test('the issuer of the development realm is refused in development mode', () => {
  const content = JSON.stringify({
    issuers: [{ ...cluster, issuer: 'urn:service-account-gateway:development' }],
  });
  const development = { NODE_ENV: '', REALMS_FILE: '', PUBLIC_URL: '', DATA_DIR: folder };
  expect(faultsOf(content, development)).toEqual([notRealm]);
  const own = JSON.stringify({ issuers: [{ ...cluster, issuer: 'http://127.0.0.1:4000/oauth2' }] });
  expect(faultsOf(own, development)).toEqual([notSelf]);
});
