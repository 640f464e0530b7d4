import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { networkOf } from '../../../src/platform/rate-limits/network.js';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:1:2:3:4', '2001:db8:0:0::/64'],
  ['2001:db8:a:b:c::', '2001:db8:a:b::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1', 'fe80:0:0:0::/64'],
  ['::192.0.2.1', '0:0:0:0::/64'],
  [null, 'unknown'],
])('%j belongs to %j', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test('two addresses are one exactly when their first 64 bits are the same', () => {
  const half = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 });
  const write = (groups: number[]) => groups.map((group) => group.toString(16)).join(':');
  fc.assert(
    fc.property(half, half, half, half, (front, back, otherFront, otherBack) => {
      const one = networkOf(`${write(front)}:${write(back)}`);
      const other = networkOf(`${write(otherFront)}:${write(otherBack)}`);
      expect(one === other).toBe(write(front) === write(otherFront));
    }),
  );
});
