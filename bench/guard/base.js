import { execFile } from 'node:child_process';
import { readFile, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('..', new URL('..', import.meta.url)));

/** What the built program depends on. */
const inputs = [
  'src',
  'schema',
  'build.js',
  'mikro-orm.config.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];

/** @param {string[]} args @param {NodeJS.ProcessEnv} [variables] */
const git = async (args, variables) =>
  (await execute('git', ['-C', root, ...args], { env: { ...process.env, ...variables } })).stdout.trim();

/**
 * Finds the commit to compare this checkout with.
 * @param {string | undefined} wanted a revision; defaults to HEAD if the checkout has changes, and to HEAD^ otherwise
 * @returns {Promise<{ commit: string, title: string } | { reason: string }>} or the reason why nothing is to compare
 */
export async function findBase(wanted) {
  const top = await git(['rev-parse', '--show-toplevel']).catch(() => undefined);
  // A checkout without history, such as an unpacked archive, may be in a folder of another repository.
  if (top === undefined || (await realpath(top)) !== (await realpath(root)))
    return { reason: 'this folder has no history of git' };
  const changes = await git(['status', '--porcelain', '--', ...inputs]);
  const revision = wanted ?? (changes === '' ? 'HEAD^' : 'HEAD');
  const commit = await git(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]).catch(
    () => undefined,
  );
  if (commit === undefined) {
    if (wanted === undefined) return { reason: `the history has no ${revision}` };
    console.error(`--base must be a revision of this repository: ${wanted}`);
    process.exit(2);
  }
  const title = await git(['log', '-1', '--format=%h %s', commit]);
  const same = await git(['diff', '--quiet', commit, '--', ...inputs]).then(
    () => changes.split('\n').every((line) => !line.startsWith('??')),
    () => false,
  );
  return same ? { reason: `the gateway is the same as in ${title}` } : { commit, title };
}

/**
 * Checks out a commit into an empty folder, and builds it there.
 * @param {string} commit @param {string} folder @param {AbortSignal} signal
 */
export async function buildBase(commit, folder, signal) {
  // With this index the checkout changes nothing in the repository.
  const index = { GIT_INDEX_FILE: join(folder, '.index') };
  await git(['read-tree', commit], index);
  await git(['checkout-index', '--all', `--prefix=${folder}/`], index);
  const [own, other] = await Promise.all(
    [root, folder].map((at) => readFile(join(at, 'package-lock.json'), 'utf8')),
  );
  if (own === other) await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  else
    await execute('npm', ['ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund'], {
      cwd: folder,
      signal,
    });
  await execute(process.execPath, ['build.js'], { cwd: folder, signal });
}
