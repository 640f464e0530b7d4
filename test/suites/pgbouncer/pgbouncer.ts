import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseRunner } from '../../../src/platform/embedded-postgres/runner.js';
import { freePort } from '../../harness/gateway-process.js';
import { blocksOf, readPage } from '../docs/pages.js';

export interface PgBouncer {
  /** Returns the URL of a database through PgBouncer. */
  through(url: string): string;
  /** Stops PgBouncer, as a machine that hangs. @returns a function that lets it continue */
  hang(): () => void;
  close(): Promise<void>;
}

/** Starts Debian's PgBouncer in front of the PostgreSQL of the tests, with the lines of docs/operations.md. */
export async function startPgBouncer(mode: 'transaction' | 'session'): Promise<PgBouncer> {
  const port = await freePort();
  // PgBouncer does not run as root either. Whoever runs PostgreSQL can open the folder of its socket.
  const runner = await chooseRunner('pgbouncer', '');
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  const users = join(folder, 'users.txt');
  const config = join(folder, 'pgbouncer.ini');
  const user = new URL(process.env.TEST_DATABASE_URL ?? '').username || 'postgres';
  await writeFile(users, `"${user}" ""\n`);
  await writeFile(
    config,
    `${linesOfPage(mode, { listen_port: `${port}`, auth_type: 'trust', auth_file: users })}\nunix_socket_dir =\n`,
  );
  for (const path of [folder, users, config]) await chown(path, runner.uid, runner.gid);

  const [file = '', ...args] = [...runner.prefix, 'pgbouncer', config];
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], ...runner.identity });
  const ended = once(child, 'close');
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
      if (log.includes('process up')) resolve();
    });
    child.once('close', () => reject(new Error(`PgBouncer ended:\n${log}`)));
  });

  return {
    through: (url) => `postgresql://${user}@127.0.0.1:${port}${new URL(url).pathname}`,
    hang: () => {
      child.kill('SIGSTOP');
      return () => child.kill('SIGCONT');
    },
    close: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

/** Returns the lines of docs/operations.md, with other values for this machine. */
function linesOfPage(mode: string, values: Record<string, string>): string {
  const blocks = blocksOf(readPage('docs/operations.md')).filter(({ language }) => language === 'ini');
  const settings = new Map<string, string>();
  for (const { text } of mode === 'session' ? blocks : blocks.slice(0, 1)) {
    const own = text.replace(/^\[databases\].*\[pgbouncer\]/s, '').matchAll(/^(\w+) = (.+)$/gm);
    for (const [, name = '', value = ''] of own) settings.set(name, value);
  }
  for (const [name, value] of Object.entries(values)) settings.set(name, value);
  if (settings.get('pool_mode') !== mode) throw new Error(`docs/operations.md has no lines for ${mode} mode`);
  const lines = [...settings].map(([name, value]) => `${name} = ${value}`);
  return ['[databases]', `* = ${server()}`, '[pgbouncer]', ...lines].join('\n');
}

/** Returns the PostgreSQL of the tests as PgBouncer writes it. */
function server(): string {
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  const parts = {
    host: url.searchParams.get('host') ?? url.hostname,
    port: url.port || '5432',
    user: url.username,
    password: url.password,
  };
  return Object.entries(parts)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
