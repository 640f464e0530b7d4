import { createHash } from 'node:crypto';
import { chown, lstat, mkdir, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../start-error.js';
import type { Runner } from './runner.js';

/** The maximum length of a socket's path on macOS, in bytes. On Linux it is 107. */
const maxPathLength = 103;

/**
 * Creates the folder of PostgreSQL's Unix socket. The folder is not in DATA_DIR, because that path is often too long
 * for a socket. It is in the temporary directory, where any user can create a folder with this name. Therefore the
 * folder must belong to this user alone.
 * @throws StartError if the folder does not belong to this user alone, or cannot be created
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
  // A gateway that runs as root creates the folder and then makes the user who runs PostgreSQL its owner.
  const owners = [process.getuid?.(), runner.uid];
  if (!found.isDirectory() || !owners.includes(found.uid) || (found.mode & 0o077) !== 0) {
    throw new StartError(
      `${folder} must be a directory of this user with mode 0700. Remove it, or set TMPDIR to another directory.`,
    );
  }
  if (found.uid !== runner.uid) await chown(folder, runner.uid, runner.gid);
  return folder;
}

/** Removes the folder. This may fail if another PostgreSQL already has its socket there, which is fine. */
export const dropSocketFolder = (folder: string): Promise<void> => rmdir(folder).catch(() => {});
