import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../start-error.js';
import type { Runner } from './runner.js';

/** The maximum length of a socket's path in bytes, on macOS; on Linux it is 107. */
const maxPathLength = 103;

/**
 * Creates the folder of PostgreSQL's Unix socket. It is not in DATA_DIR, whose path is often too long for a socket. The
 * temporary directory is shared, and anyone can take a name there, so the folder must belong to this user alone.
 * @throws StartError if it does not, or cannot be created
 */
export async function prepareSocketFolder(root: string, runner: Runner, parent = tmpdir()): Promise<string> {
  const hash = createHash('sha256').update(`${root}\0${runner.uid}`).digest('hex').slice(0, 16);
  const folder = join(parent, `gateway-${hash}`);
  if (Buffer.byteLength(join(folder, '.s.PGSQL.5432')) > maxPathLength) {
    throw new StartError(
      `The path of the temporary directory ${parent} is too long for a Unix socket. Set TMPDIR to a shorter path, for example /tmp.`,
    );
  }
  await mkdir(folder, { mode: 0o700 }).catch((error) => {
    if (error.code === 'EEXIST') return;
    throw new StartError(
      `Cannot create a directory in the temporary directory (${error.message}). Set TMPDIR to a writable directory.`,
    );
  });
  const found = await lstat(folder);
  // A gateway that runs as root makes the folder and then gives it to the user who runs PostgreSQL.
  const owners = [process.getuid?.(), runner.uid];
  if (!found.isDirectory() || !owners.includes(found.uid) || (found.mode & 0o077) !== 0) {
    throw new StartError(
      `${folder} must be a directory of this user with mode 0700. Remove it, or set TMPDIR to another directory.`,
    );
  }
  if (found.uid !== runner.uid) await chown(folder, runner.uid, runner.gid);
  return folder;
}

/** Removes the folder. This fails, and may, when another PostgreSQL has its socket in it by now. */
export const dropSocketFolder = (folder: string): Promise<void> => rmdir(folder).catch(() => {});
