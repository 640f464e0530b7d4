// Runs the tests of test/suites/pgbouncer. As root on Debian or Ubuntu, it installs PgBouncer first if it is missing.
import { spawnSync } from 'node:child_process';

// Debian installs PgBouncer into a folder that is not in the PATH of every user.
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
const run = (program, ...args) => spawnSync(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
const isInstalled = () => run('pgbouncer', '--version').status === 0;

if (!isInstalled() && process.getuid?.() === 0) run('apt-get', 'install', '--yes', 'pgbouncer');
if (isInstalled()) {
  const args = ['test', '--', '--config', 'jest.pgbouncer.config.js', ...process.argv.slice(2)];
  process.exitCode = spawnSync('npm', args, { env, stdio: 'inherit' }).status ?? 1;
} else {
  console.error('PgBouncer is not installed. Install it with your package manager, for example apt-get.');
  process.exitCode = 1;
}
