import { execFile } from 'node:child_process';
import { chown, copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadPrograms } from '../../../src/platform/embedded-postgres/programs.js';
import { chooseRunner } from '../../../src/platform/embedded-postgres/runner.js';
import { cleanUp, faultOf, newDataDir, newFolder, query, start } from './scratch.js';

const run = promisify(execFile);
const { postgres } = await loadPrograms();
const path = process.env.PATH;

beforeEach(() => {
  process.env.PATH = path;
});
afterEach(cleanUp);

/** Hides the program `unshare`, which has the same effect as a container that blocks user namespaces. */
const withoutNamespaces = () => {
  process.env.PATH = '/nowhere';
};

const clusterOwner = async (dataDir: string) => (await stat(join(dataDir, 'postgres'))).uid;

if (process.getuid?.() === 0) {
  const uids = { uid: 1, gid: 1 };
  const reachable = await run(postgres, ['--version'], uids).then(
    () => true,
    () => false,
  );

  test('root runs PostgreSQL in a user namespace, as the owner of files that stay its own', async () => {
    const runner = await chooseRunner(postgres, '/nowhere');
    expect(runner).toMatchObject({ uid: 0, prefix: expect.arrayContaining(['unshare']) });
  });

  test("a user's cluster is run as that user", async () => {
    const cluster = await newFolder();
    await chown(cluster, 1, 1);
    const chosen = chooseRunner(postgres, cluster);
    if (reachable) expect((await chosen).identity).toEqual(uids);
    else expect(await faultOf(chosen)).toMatch(/^StartError: .*DATABASE_URL/);
  });

  test('programs that no other user may read are refused', async () => {
    const folder = join(await newFolder(), 'private');
    await mkdir(folder, { mode: 0o700 });
    await copyFile(postgres, join(folder, 'postgres'));
    withoutNamespaces();
    expect(await faultOf(chooseRunner(join(folder, 'postgres'), '/nowhere'))).toMatch(
      /^StartError: .* does not run as root.*unshare ENOENT.*EACCES.*DATABASE_URL/,
    );
  });

  // An unprivileged user cannot run PostgreSQL when the checkout is in a private folder such as /root.
  if (reachable) {
    test('without user namespaces root drops to an unprivileged user', async () => {
      withoutNamespaces();
      const dataDir = await newDataDir();
      expect(await query(await start(dataDir), 'select 1 as n')).toEqual([{ n: 1 }]);
      expect(await clusterOwner(dataDir)).toBe(1);
      expect((await stat(dataDir)).mode & 0o777).toBe(0o701);
    });

    test('a cluster of root is handed over when user namespaces are unavailable', async () => {
      const dataDir = await newDataDir();
      const first = await start(dataDir);
      await query(first, 'create table kept as select 1 as n');
      expect(await clusterOwner(dataDir)).toBe(0);
      await first.stop();
      withoutNamespaces();
      expect(await query(await start(dataDir), 'select n from kept')).toEqual([{ n: 1 }]);
      expect(await clusterOwner(dataDir)).toBe(1);
    });
  }
} else {
  test('an ordinary user runs PostgreSQL as it is', async () => {
    const self = { uid: process.getuid?.(), gid: process.getgid?.() };
    expect(await chooseRunner(postgres, '/nowhere')).toEqual({ ...self, prefix: [], identity: {} });
  });
}
