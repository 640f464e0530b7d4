import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../start-error.js';
import type { Runner } from './runner.js';

/** The longest path of a socket in bytes: 103 on macOS, 107 on Linux. */
const longest = 103;

/**
 * Makes the folder of PostgreSQL's Unix socket. It is not in DATA_DIR, whose path is often too long for a
 * socket, but a name under the shared temporary directory can be taken by anyone: it must be ours alone.
 */
export async function prepareSocketFolder(root: string, runner: Runner, parent = tmpdir()): Promise<string> {
  const hash = createHash('sha256').update(`${root}\0${runner.uid}`).digest('hex').slice(0, 16);
  const folder = join(parent, `gateway-${hash}`);
  if (Buffer.byteLength(join(folder, '.s.PGSQL.5432')) > longest) {
    throw new StartError(
      `The path of the temporary directory ${parent} is too long: set TMPDIR to a short one`,
    );
  }
  await mkdir(folder, { mode: 0o700 }).catch((error) => {
    if (error.code === 'EEXIST') return;
    throw new StartError(
      `No folder can be made in the temporary directory (${error.message}): set TMPDIR to one that can be written`,
    );
  });
  const found = await lstat(folder);
  // As root the gateway makes the folder and hands it on.
  const owners = [process.getuid?.(), runner.uid];
  if (!found.isDirectory() || !owners.includes(found.uid) || (found.mode & 0o077) !== 0) {
    throw new StartError(
      `${folder} is not a folder of this user alone (0700): remove it, or set TMPDIR to another directory`,
    );
  }
  if (found.uid !== runner.uid) await chown(folder, runner.uid, runner.gid);
  return folder;
}

/** Removes the folder, unless the socket of a next PostgreSQL is in it by now. */
export const dropSocketFolder = (folder: string): Promise<void> => rmdir(folder).catch(() => {});
