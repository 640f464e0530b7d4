import { mkdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { loadPrograms, repairSymlinks } from '../../../src/platform/embedded-postgres/programs.js';
import { cleanUp, faultOf, newFolder } from './scratch.js';

afterEach(cleanUp);

test.each(['win32-x64', 'linux-x64 with musl', 'linux-ppc64'])('%s has no programs', async (platform) => {
  expect(await faultOf(loadPrograms(platform))).toBe(
    `StartError: The gateway includes PostgreSQL for linux-x64, linux-arm64, darwin-arm64, darwin-x64, but not for ${platform}. Set DATABASE_URL.`,
  );
});

test('a package that npm omitted is named', async () => {
  // npm installs the package of this platform only.
  const platform = process.platform === 'darwin' ? 'linux-x64' : 'darwin-x64';
  expect(await faultOf(loadPrograms(platform))).toMatch(
    new RegExp(`^StartError: @embedded-postgres/${platform} is not installed .*DATABASE_URL\\.$`),
  );
});

const links = [
  { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
  { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
];

test('links that are missing are made, by a name that survives a move', async () => {
  const root = await newFolder();
  await mkdir(join(root, 'native', 'lib'), { recursive: true });
  await writeFile(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  await writeFile(join(root, 'native', 'lib', 'libpq.so.5.18'), '');
  await repairSymlinks(root, 'the-package');
  await repairSymlinks(root, 'the-package');
  for (const { target } of links) expect(await readlink(join(root, target))).toBe('libpq.so.5.18');
});

test('links that cannot be made are a case for npm', async () => {
  const root = await newFolder();
  await mkdir(join(root, 'native'));
  await writeFile(join(root, 'native', 'pg-symlinks.json'), JSON.stringify(links));
  expect(await faultOf(repairSymlinks(root, 'the-package'))).toMatch(
    /^StartError: .* is missing .*\. Run "npm rebuild the-package"\.$/,
  );
});
