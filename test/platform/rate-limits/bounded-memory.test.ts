import { expect, test } from '@jest/globals';
import { BoundedMemory } from '../../../src/platform/rate-limits/bounded-memory.js';

const counted = async (limiter: BoundedMemory, key: string) => (await limiter.consume(key)).consumedPoints;

test('beyond its bound it forgets the key that was not used for longest, and no other', async () => {
  const limiter = new BoundedMemory({ points: 10, duration: 60 }, 3);
  for (const key of ['a', 'b', 'c', 'a']) await limiter.consume(key);
  expect(await counted(limiter, 'd')).toBe(1);
  expect(await counted(limiter, 'a')).toBe(3);
  expect(await counted(limiter, 'c')).toBe(2);
  expect(await counted(limiter, 'b')).toBe(1);
});

test('it keeps no more than its bound', async () => {
  const limiter = new BoundedMemory({ points: 10, duration: 60 }, 3);
  for (let n = 0; n < 1000; n++) await limiter.consume(`${n}`);
  expect(limiter.dump().storage).toHaveLength(3);
});
