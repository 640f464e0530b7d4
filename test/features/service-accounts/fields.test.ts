import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse, visit } from 'graphql';
import { accountFieldNames } from '../../../src/features/service-accounts/stored-fields.js';

test('the REST API returns every field that administrators set', () => {
  const selected: string[] = [];
  visit(parse(readFileSync('schema/operations/ServiceAccountFields.graphql', 'utf8')), {
    Field: ({ name }) => {
      selected.push(name.value);
    },
  });
  expect(selected).toEqual(expect.arrayContaining(accountFieldNames));
});
