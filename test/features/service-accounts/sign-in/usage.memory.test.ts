import { expect, test } from '@jest/globals';
import { LastUses } from '../../../../src/features/service-accounts/sign-in/last-uses.js';
import { TokenCounts } from '../../../../src/features/service-accounts/sign-in/token-counts.js';

const second = 1000;

test('only so many uses wait, and these are kept', () => {
  const uses = new LastUses(2);
  expect([uses.note('a', 1), uses.note('b', 1), uses.note('c', 1), uses.note('a', 2)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect(uses.due(3, false)).toEqual([
    { id: 'a', at: 2 },
    { id: 'b', at: 1 },
  ]);
});

test('only so many are written within a minute, and the others after it', () => {
  const uses = new LastUses(2);
  for (const id of ['a', 'b']) uses.note(id, 0);
  uses.wrote(uses.due(0, false), 0);
  uses.note('c', second);
  expect(uses.due(59 * second, false)).toEqual([]);
  expect(uses.due(60 * second, false)).toEqual([{ id: 'c', at: second }]);
});

test('a use that comes while an earlier one is written is written a minute later', () => {
  const uses = new LastUses(2);
  uses.note('a', 0);
  const due = uses.due(0, false);
  uses.note('a', second);
  uses.wrote(due, 2 * second);
  expect(uses.due(3 * second, false)).toEqual([]);
  expect(uses.due(62 * second, false)).toEqual([{ id: 'a', at: second }]);
});

test('a clock that is set back holds up no use', () => {
  const uses = new LastUses(2);
  uses.note('a', 1000 * second);
  uses.wrote(uses.due(1000 * second, false), 1000 * second);
  uses.note('a', 0);
  expect(uses.due(0, false)).toEqual([{ id: 'a', at: 0 }]);
});

test('only so many counts wait, and these are kept', () => {
  const counts = new TokenCounts(2);
  const hour = 3600 * second;
  expect([counts.note('a', 0), counts.note('a', hour), counts.note('b', 0), counts.note('a', 1)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect(counts.next(9)?.counts).toEqual([
    { accountId: 'a', hour: 0, count: 2 },
    { accountId: 'a', hour, count: 1 },
  ]);
});
