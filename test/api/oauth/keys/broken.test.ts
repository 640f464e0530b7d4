import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createScene, kidsOf, until } from './gateways-with-keys.js';

let scene: Awaited<ReturnType<typeof createScene>>;

beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene.close());

/** Public keys that an operator may have written by hand into the table. */
const broken = [
  ['no key', `'"x"'`],
  ['half of a key', `'{"kty":"EC"}'`],
  ['a key that makes another kid', '(select public_key from signing_key where retires_at is null)'],
] as const;

const insert = (value: string) =>
  scene.sql(
    `insert into signing_key (kid, algorithm, public_key, starts_at, retires_at)
     values ('made-up', 'ES256', ${value}, now() - interval '1 day', now() + interval '1 hour')`,
  );

const told = () => scene.log.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);

test.each(broken)('%s under an earlier kid is not published, and told once', async (_name, value) => {
  const running = await scene.open();
  const { kid } = running.current();
  await insert(value);
  await until(() => told().length > 0);
  await scene.sql('select pg_sleep(0.2)'); // The gateway reads the keys several more times.
  expect(told()).toEqual([
    expect.objectContaining({
      kid: 'made-up',
      msg: expect.stringMatching(/^Signing key is damaged and not published/),
    }),
  ]);
  const started = await scene.open();
  for (const gateway of [running, started]) {
    expect(kidsOf(gateway)).toEqual([kid]);
    expect(gateway.current().kid).toBe(kid);
    expect(await gateway.find('made-up')).toBeUndefined();
  }
  expect(scene.log.filter((line) => line.includes('could not be read'))).toEqual([]);
});

test.each([broken[0], broken[1]])(
  '%s as the newest key fails a start, which names it',
  async (_name, value) => {
    const { kid } = (await scene.open()).current();
    scene.end();
    await scene.sql(`update signing_key set public_key = ${value}`);
    await expect(scene.open()).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringMatching(`^The signing key ${kid} is damaged: .* rotate --compromised`),
    });
    expect(scene.keys(['rotate', '--compromised'])).toMatchObject({ status: 0, stderr: '' });
    expect((await scene.open()).current().kid).not.toBe(kid);
  },
);

test('a signing key that is broken fails a start, too, when the next key exists', async () => {
  const { kid } = (await scene.open()).current();
  scene.keys(['rotate']);
  scene.end();
  await scene.sql(`update signing_key set public_key = '{}' where kid = $1`, [kid]);
  await expect(scene.open()).rejects.toMatchObject({ message: expect.stringContaining(kid) });
});
