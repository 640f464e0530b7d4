import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Somebody, somebody } from '../../harness/admin.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { untilAvailable } from '../../harness/until-available.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

// cspell:ignore ilan stra strasse uild zmir
/** Pairs of names that people take for one. */
const equal: [string, string, string][] = [
  ['case', 'build-x', 'BUILD-x'],
  ['a ligature', 'fix', '\ufb01x'],
  ['full-width forms', 'Build 1', '\uff22uild\u3000\uff11'],
  ['a sharp s in capitals', 'Stra\u00dfe', 'STRASSE'],
  ['a capital sharp s', 'stra\u00dfe', 'STRA\u1e9eE'],
  ['a final sigma', '\u03c0\u03cc\u03bb\u03b5\u03b9\u03c2', '\u03a0\u038c\u039b\u0395\u0399\u03a3'],
  ['the two small sigmas', '\u03c3\u03c3', '\u03c3\u03c2'],
  ['Cyrillic case', '\u0441\u0431\u043e\u0440\u043a\u0430', '\u0421\u0431\u043e\u0440\u043a\u0430'],
  ['an accent in a separate character', 'caf\u00e9', 'CAFE\u0301'],
  ['a dotted capital I, which is an i with a dot', '\u0130zmir', 'i\u0307zmir'],
  ['the sign of the Kelvin', '5 \u212a', '5 k'],
  ['a superscript', 'm2', 'm\u00b2'],
  ['two spaces', 'a b', 'a  b'],
  ['a space that does not break', 'a b', 'a\u00a0b'],
  ['a joiner', '\u0645\u06cc\u062e\u0648', '\u0645\u06cc\u200c\u062e\u0648'],
  ['a directional mark', '\u05d0!', '\u05d0\u200f!'],
  ['the color of a symbol', '\u2764', '\u2764\ufe0f'],
  ['a joined emoji', '\u{1f469}\u{1f4bb}', '\u{1f469}\u200d\u{1f4bb}'],
];

/** Pairs of names that are different ones. */
const different: [string, string, string][] = [
  ['an accent', 'cafe', 'caf\u00e9'],
  ['a dotless i', 'ilan', '\u0131lan'],
  ['a hyphen', 'build-x', 'build_x'],
  ['an alphabet', 'a', '\u0430'],
  ['the end', 'build', 'build-2'],
  ['a skin tone', '\u{1f469}', '\u{1f469}\u{1f3fd}'],
  ['a space', 'a b', 'ab'],
];

const admin = async () => somebody(gateway);
const takenBy = (serviceAccountId: string, name: string) => ({
  status: 409,
  body: {
    message: `name: the service account "${name}" in this tenant already has this name`,
    details: { field: 'name', serviceAccountId },
  },
});
const taken = { status: 409, body: { code: 'CONFLICT', details: { field: 'name' } } };

test.each(equal)(
  'a name that differs in %s is taken, and keeps its spelling: %s %s',
  async (_what, one, other) => {
    const { create, headers } = await admin();
    expect((await create({ name: one })).name).toBe(one.normalize('NFC'));
    expect(await gateway.create(headers, { name: other })).toMatchObject(taken);
  },
);

test.each(equal)('the same is so the other way round, with %s: %s %s', async (_what, one, other) => {
  const { create, headers } = await admin();
  expect((await create({ name: other })).name).toBe(other.normalize('NFC'));
  expect(await gateway.create(headers, { name: one })).toMatchObject(taken);
});

test.each(different)('a name that differs in %s is another one: %s %s', async (_what, one, other) => {
  const { create } = await admin();
  await create({ name: one });
  expect((await create({ name: other })).name).toBe(other);
});

test('a name of 100 characters, each of which stands for 18, is a name', async () => {
  const { create, headers } = await admin();
  await create({ name: '\ufdfa'.repeat(100) });
  expect(await gateway.create(headers, { name: '\ufdfa'.repeat(100) })).toMatchObject(taken);
});

test('a new name that is taken is a conflict that names the account', async () => {
  const { create, headers } = await admin();
  const { id } = await create({ name: 'BUILD-x' });
  expect(await gateway.create(headers, { name: 'build-x' })).toMatchObject(takenBy(id, 'BUILD-x'));
});

test('a change of the name to another case of a name is a conflict that names the account', async () => {
  const { create, rest } = await admin();
  const first = await create({ name: 'build-x' });
  const { id } = await create({ name: 'other' });
  expect(await rest('PATCH', `/${id}`, { name: 'Build-X' })).toMatchObject(takenBy(first.id, 'build-x'));
});

test('an account can change the spelling of its name', async () => {
  const { create, rest } = await admin();
  const { id } = await create({ name: 'build-x' });
  const { status, body } = await rest('PATCH', `/${id}`, { name: 'Build-X' });
  expect([status, body.data.name]).toEqual([200, 'Build-X']);
});

test('an account is not restored beside one whose name differs in case', async () => {
  const { create, rest } = await admin();
  const { id } = await create({ name: 'build-x' });
  await rest('DELETE', `/${id}`);
  const other = await create({ name: 'BUILD-X' });
  expect(await rest('POST', `/${id}/restore`)).toMatchObject(takenBy(other.id, 'BUILD-X'));
  expect((await rest('POST', `/${id}/restore`, { name: 'Build-Y' })).status).toBe(200);
});

test('a chosen name like an automatic one in capitals makes no request fail', async () => {
  const { create, headers } = await admin();
  const start = Date.now();
  for (let second = 0; second < 5; second++) {
    const digits = new Date(start + second * 1_000).toISOString().slice(0, 19).replace(/\D/g, '');
    await create({ name: `SERVICE-account-${digits}` });
  }
  expect((await gateway.create(headers)).status).toBe(200);
});

test('of many spellings of one name, requested at the same time, exactly one is created', async () => {
  const { headers, tenant } = await admin();
  const spellings = Array.from({ length: 16 }, (_, bits) =>
    [...'name'].map((char, index) => (bits & (1 << index) ? char.toUpperCase() : char)).join(''),
  );
  const answers = await Promise.all(
    spellings.map((name) => untilAvailable(() => gateway.create(headers, { name }))),
  );
  const codes = answers.map(({ body }) => body.code ?? 'created').sort();
  expect(codes).toEqual([...Array(15).fill('CONFLICT'), 'created']);
  expect(await gateway.sql('select from service_account where tenant_id = $1', [tenant])).toHaveLength(1);
});

test('of many accounts that change to spellings of one name at the same time, exactly one gets it', async () => {
  const { create, rest } = await admin();
  const ids: string[] = [];
  for (let n = 0; n < 8; n++) ids.push((await create({ name: `other ${n}` })).id);
  const names = ids.map((_, index) =>
    'abcdefgh'.replace('abcdefgh'.charAt(index), (char) => char.toUpperCase()),
  );
  const answers = await Promise.all(
    ids.map((id, index) => untilAvailable(() => rest('PATCH', `/${id}`, { name: names[index] }))),
  );
  const codes = answers.map(({ body }) => body.code ?? 'changed').sort();
  expect(codes).toEqual([...Array(7).fill('CONFLICT'), 'changed']);
});

test('another tenant has its own names', async () => {
  await (await admin()).create({ name: 'build-x' });
  const other: Somebody = await admin();
  expect((await other.create({ name: 'BUILD-X' })).name).toBe('BUILD-X');
});
