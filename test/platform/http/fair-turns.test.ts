import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { FairTurns } from '../../../src/platform/http/fair-turns.js';

/** Takes turns for these addresses at the same time. @returns the addresses in the order of their starts */
async function order(addresses: string[]): Promise<string[]> {
  const turns = new FairTurns();
  const started: string[] = [];
  for (const address of addresses) turns.take(address, '', () => started.push(address));
  while (started.length < addresses.length) await setImmediate();
  return started;
}

test('a request that comes alone starts without a wait', () => {
  let started = false;
  new FairTurns().take('a', '', () => {
    started = true;
  });
  expect(started).toBe(true);
});

test('an address with many requests lets another one go first', async () => {
  const started = await order([...Array(100).fill('loud'), 'quiet']);
  expect(started.indexOf('quiet')).toBeLessThan(10);
});

test('waiting addresses take turns', async () => {
  const started = await order([...Array(20).fill('a'), ...Array(20).fill('b'), ...Array(20).fill('c')]);
  expect(started.slice(18, 36).join('')).toMatch(/^(aabbcc){3}$|^(bbccaa){3}$|^(ccaabb){3}$/);
});

test('requests of many addresses start without a wait', () => {
  const turns = new FairTurns();
  let started = 0;
  for (let address = 0; address < 100; address++) turns.take(`${address}`, '', () => started++);
  expect(started).toBe(100);
});

test('beside another address, an address starts fewer requests in a turn than alone', async () => {
  const startsOf = async (others: string[]) => {
    const turns = new FairTurns();
    for (const other of others) turns.take(other, '', () => {});
    await setImmediate();
    let started = 0;
    for (let n = 0; n < 50; n++) turns.take('a', '', () => started++);
    return started;
  };
  expect(await startsOf(['b'])).toBeLessThan(await startsOf([]));
});

test('a tenant with many requests lets another one of the same address go first', async () => {
  const turns = new FairTurns();
  const started: string[] = [];
  for (const tenant of [...Array(100).fill('busy'), 'quiet'])
    turns.take('a', tenant, () => started.push(tenant));
  while (started.length < 101) await setImmediate();
  expect(started.indexOf('quiet')).toBeLessThan(11);
});

test('requests of one address and tenant start in their order', async () => {
  const turns = new FairTurns();
  const started: number[] = [];
  for (let n = 0; n < 50; n++) turns.take('a', '', () => started.push(n));
  while (started.length < 50) await setImmediate();
  expect(started).toEqual(Array.from({ length: 50 }, (_, n) => n));
});

test('a turn of the event loop starts only a few', async () => {
  const turns = new FairTurns();
  let started = 0;
  for (let n = 0; n < 50; n++) turns.take('a', '', () => started++);
  expect(started).toBeLessThan(10);
  await setImmediate();
  expect(started).toBeLessThan(20);
});
