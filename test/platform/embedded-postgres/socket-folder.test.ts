import { chmod, lstat, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import type { Runner } from '../../../src/platform/embedded-postgres/runner.js';
import { prepareSocketFolder } from '../../../src/platform/embedded-postgres/socket-folder.js';
import { cleanUp, faultOf, newFolder } from './scratch.js';

afterEach(cleanUp);

const self = process.getuid?.() ?? 0;
const runner: Runner = { uid: self, gid: process.getgid?.() ?? 0, prefix: [], identity: {} };

/** Makes the socket folder for /srv/data in a new temporary directory. */
async function prepare() {
  const parent = await newFolder();
  const again = () => prepareSocketFolder('/srv/data', runner, parent);
  return { folder: await again(), again };
}

const refusal = (folder: string) =>
  `StartError: ${folder} must be a directory of this user with mode 0700. Remove it, or set TMPDIR to another directory.`;

test('the folder is private, its name short and always the same', async () => {
  const { folder, again } = await prepare();
  expect((await lstat(folder)).mode & 0o777).toBe(0o700);
  expect(basename(folder)).toMatch(/^gateway-[0-9a-f]{16}$/);
  expect(await again()).toBe(folder);
});

test('a symbolic link in its place is refused', async () => {
  const { folder, again } = await prepare();
  await rename(folder, `${folder}-elsewhere`);
  await symlink(`${folder}-elsewhere`, folder);
  expect(await faultOf(again())).toBe(refusal(folder));
});

test('a file in its place is refused', async () => {
  const { folder, again } = await prepare();
  await rm(folder, { recursive: true });
  await writeFile(folder, '', { mode: 0o600 });
  expect(await faultOf(again())).toBe(refusal(folder));
});

test('a folder that others can enter is refused', async () => {
  const { folder, again } = await prepare();
  await chmod(folder, 0o710);
  expect(await faultOf(again())).toBe(refusal(folder));
});

test("another user's folder is refused", async () => {
  // A test has no second user, so that it pretends that the gateway runs as another user than the owner of the folder.
  const stranger = { ...runner, uid: self + 1 };
  const getuid = jest.spyOn(process as Required<NodeJS.Process>, 'getuid').mockReturnValue(stranger.uid);
  const prepared = prepareSocketFolder('/srv/data', stranger, await newFolder());
  expect(await faultOf(prepared)).toMatch('must be a directory of this user with mode 0700');
  getuid.mockRestore();
});

test('a temporary directory whose path leaves no room for the socket is refused', async () => {
  const parent = join(await newFolder(), 'x'.repeat(60));
  await mkdir(parent);
  expect(await faultOf(prepareSocketFolder('/srv/data', runner, parent))).toBe(
    `StartError: The path of the temporary directory ${parent} is too long for a Unix socket. Set TMPDIR to a shorter path, for example /tmp.`,
  );
});

test('a temporary directory where nothing can be made is refused', async () => {
  const parent = join(await newFolder(), 'missing');
  expect(await faultOf(prepareSocketFolder('/srv/data', runner, parent))).toMatch(
    /^StartError: .* temporary directory .*ENOENT.* Set TMPDIR/,
  );
});
