import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createScene, kidsOf, until } from './gateways-with-keys.js';

const minutes = 60;
const days = 24 * 60 * minutes;

let scene: Awaited<ReturnType<typeof createScene>>;

beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

/** Returns the lines of the log about keys that are no longer published. */
const gone = () =>
  scene.log
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => /no longer published|withdrawn/.test(msg))
    .map(({ level, kid, msg }) => ({ level, kid, msg }));

/** Opens two gateways and publishes the successor of the first key. */
async function rotated() {
  const gateways = [await scene.open(), await scene.open()];
  expect(scene.keys(['rotate'])).toMatchObject({ status: 0, stderr: '' });
  const [first, second] = (await scene.rows()).map(({ kid }) => kid);
  await until(() => gateways.every((gateway) => kidsOf(gateway).length === 2));
  return { gateways, first, second };
}

test('the next key is published ten minutes before it signs, and stands last until then', async () => {
  const { gateways, first, second } = await rotated();
  for (const gateway of gateways) {
    expect(kidsOf(gateway)).toEqual([first, second]);
    expect(gateway.current().kid).toBe(first);
  }
  const [{ seconds } = {}] = await scene.sql(
    'select extract(epoch from max(starts_at) - now())::float as seconds from signing_key',
  );
  expect(seconds).toBeGreaterThan(9 * minutes);
  expect(seconds).toBeLessThanOrEqual(10 * minutes);
});

test('all gateways sign with it when it is time, without a restart, and tell so', async () => {
  const { gateways, first, second } = await rotated();
  await scene.pass(10 * minutes);
  await until(() => gateways.every((gateway) => gateway.current().kid === second));
  for (const gateway of gateways) expect(kidsOf(gateway)).toEqual([second, first]);
  const lines = scene.log.map((line) => JSON.parse(line));
  for (const msg of ['New signing key is published', 'Signing access tokens with a new key']) {
    expect(lines.filter((line) => line.msg === msg && line.kid === second)).toHaveLength(2);
  }
});

test('the private part of a key is deleted when the next one signs, and not before', async () => {
  const { first, second } = await rotated();
  await scene.pass(9 * minutes);
  await scene.sql('select pg_sleep(0.2)');
  expect((await scene.rows()).map((row) => row.sealed_private_key !== null)).toEqual([true, true]);
  await scene.pass(1 * minutes);
  await until(async () => (await scene.rows())[0]?.sealed_private_key === null);
  expect(await scene.rows()).toMatchObject([
    { kid: first, sealed_private_key: null, key_version: null },
    { kid: second, sealed_private_key: expect.any(Buffer), key_version: 'v1' },
  ]);
});

test('the private parts of what signs and of what will are kept when an earlier one is deleted', async () => {
  const { first, second } = await rotated();
  scene.end();
  await scene.pass(10 * minutes);
  scene.keys(['rotate']);
  await scene.open();
  const rows = await scene.rows();
  expect(rows.map(({ kid }) => kid).slice(0, 2)).toEqual([first, second]);
  expect(rows.map((row) => row.sealed_private_key !== null)).toEqual([false, true, true]);
});

test('a key stays published until the last token that it signed has expired, and is deleted then', async () => {
  const { gateways, first, second } = await rotated();
  await scene.pass(10 * minutes + 60 * minutes);
  await until(() => gateways.every((gateway) => gateway.current().kid === second));
  for (const gateway of gateways) {
    expect(kidsOf(gateway)).toEqual([second, first]);
    expect((await gateway.find(`${first}`))?.kid).toBe(first);
  }
  await scene.pass(10 * minutes);
  await until(() => gateways.every((gateway) => kidsOf(gateway).length === 1));
  for (const gateway of gateways) expect(await gateway.find(`${first}`)).toBeUndefined();
  await until(async () => (await scene.rows()).length === 1);
});

test('the log says that an expired key is no longer published', async () => {
  const gateway = await scene.open();
  scene.keys(['rotate']);
  const [first] = await scene.rows();
  await until(() => kidsOf(gateway).length === 2);
  await scene.pass(81 * minutes);
  await until(() => kidsOf(gateway).length === 1);
  expect(gone()).toEqual([{ level: 30, kid: first?.kid, msg: 'Signing key is no longer published' }]);
});

test('a key that signs for SIGNING_KEY_DAYS is followed then: its successor is made ten minutes before, once', async () => {
  const gateways = await Promise.all([1, 2, 3].map(() => scene.open({ keyDays: 7 })));
  await scene.pass(7 * days - 11 * minutes);
  await scene.sql('select pg_sleep(0.2)');
  expect(await scene.rows()).toHaveLength(1);
  await scene.pass(1 * minutes);
  await until(() => gateways.every((gateway) => kidsOf(gateway).length === 2));
  const [first, second] = await scene.rows();
  expect(second?.starts_at.getTime()).toBeGreaterThan(Date.now());
  expect(first?.retires_at?.getTime()).toBe((second?.starts_at.getTime() ?? 0) + 70 * minutes * 1000);
  await scene.sql('select pg_sleep(0.2)');
  expect(await scene.rows()).toHaveLength(2);
});

test('a gateway finds a key that another has just published, before its own next look', async () => {
  const gateway = await scene.open({ interval: 3_600_000 });
  scene.keys(['rotate']);
  const [, second] = await scene.rows();
  expect(kidsOf(gateway)).toHaveLength(1);
  expect(await gateway.find(`${second?.kid}`)).toMatchObject({ kid: second?.kid, algorithm: 'ES256' });
  expect(kidsOf(gateway)).toHaveLength(2);
});

test('keys that nobody has published make a gateway look once a second', async () => {
  const gateway = await scene.open({ interval: 3_600_000 });
  await gateway.find('made up');
  scene.keys(['rotate']);
  const [, second] = await scene.rows();
  const { queries } = scene;
  const before = queries();
  for (let index = 0; index < 20; index++) await gateway.find(`made up ${index}`);
  expect(queries() - before).toBeLessThan(10);
  await until(() => gateway.find(`${second?.kid}`));
});

test('a gateway whose database fails continues with the keys that it has', async () => {
  const gateway = await scene.open();
  const { kid } = gateway.current();
  await scene.sql('alter table signing_key rename to away');
  await until(() => scene.log.some((line) => line.includes('Signing keys could not be read')));
  expect(gateway.current().kid).toBe(kid);
  expect(await gateway.find('another')).toBeUndefined();
  await scene.sql('alter table away rename to signing_key');
  scene.keys(['rotate']);
  await until(() => kidsOf(gateway).length === 2);
});

test('with --compromised a new key signs immediately, and the earlier ones are published no more', async () => {
  const { gateways, first, second } = await rotated();
  expect(scene.keys(['rotate', '--compromised'])).toMatchObject({ status: 0, stderr: '' });
  const [row, ...others] = await scene.rows();
  expect(others).toEqual([]);
  expect([first, second]).not.toContain(row?.kid);
  await until(() => gateways.every((gateway) => gateway.current().kid === row?.kid));
  for (const gateway of gateways) {
    expect(kidsOf(gateway)).toEqual([row?.kid]);
    expect(await gateway.find(`${first}`)).toBeUndefined();
  }
  const withdrawn = [first, second].map((kid) => ({ level: 40, kid, msg: 'Signing key was withdrawn' }));
  expect(gone()).toEqual(expect.arrayContaining([...withdrawn, ...withdrawn]));
  expect(gone()).toHaveLength(4);
});

test('a compromised key leaves with the successor that is published in the same moment', async () => {
  await scene.open({ interval: 3_600_000 });
  const other = await scene.pool.connect();
  await other.query('begin');
  await other.query(`update signing_key set retires_at = now() + interval '1 hour'`);
  await other.query(
    `insert into signing_key (kid, algorithm, public_key, starts_at)
     select 'successor', algorithm, public_key, now() + interval '10 minutes' from signing_key`,
  );
  const done = scene.replaceAll();
  const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await until(async () => (await scene.sql(waits)).length > 0);
  await other.query('commit');
  other.release();
  await done;
  expect(await scene.rows()).toEqual([expect.objectContaining({ retires_at: null, key_version: 'v1' })]);
});

test('after simultaneous rotations, normal and compromised, a newest key is left that signs or will', async () => {
  const gateway = await scene.open({ keyDays: 1 });
  for (let round = 0; round < 10; round++) {
    await scene.pass(1 * days);
    await Promise.all([scene.replaceAll(), scene.replaceAll(), scene.open({ keyDays: 1 })]);
    const rows = await scene.rows();
    expect(rows.filter((row) => row.retires_at === null)).toHaveLength(1);
    await until(() => kidsOf(gateway).join() !== '' && gateway.current());
  }
});
