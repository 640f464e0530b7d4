import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { banner } from '../../src/cli/banner.js';
import { keyEncryptionKeysOf as developmentKeys } from '../../src/platform/auth/development.js';
import { assertNoLeaks, columnsOf, type Haystack } from './leaks.js';
import { signingKeysOf } from './stored-signing-keys.js';
import { unlimited } from './unlimited.js';

/** A process of the built gateway, which runs as an operator starts it. */
export interface GatewayProcess {
  url: string;
  pid: number;
  stdout(): string;
  stderr(): string;
  /** Waits until the gateway is ready. Rejects with its stderr if it ends instead. */
  ready(): Promise<void>;
  /** Waits for the end of the process. @returns the exit code, or the signal */
  ended(): Promise<number | NodeJS.Signals>;
  /** Stops the gateway, and fails if its output or its database contains a secret. */
  stop(): Promise<number | NodeJS.Signals>;
}

const program = resolve('dist/gateway/main.js');

/** The number of ports for each worker of jest. Systems choose other ports themselves, mostly from 32768 on. */
const ownPorts = Math.floor(12_000 / availableParallelism());
const firstPort =
  20_000 + ((Number(process.env.JEST_WORKER_ID ?? 1) - 1) % availableParallelism()) * ownPorts;

/** The ports that `freePort` has tried. A gateway may not listen on its port yet. */
const tried = new Set<number>();

/**
 * Finds a port that was free a moment ago. No gateway of another test gets the same port during that time and answers
 * instead of this one.
 */
export async function freePort(): Promise<number> {
  const port = firstPort + Math.floor(Math.random() * ownPorts);
  if (tried.has(port)) return freePort();
  tried.add(port);
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return freePort();
  }
  await once(server.close(), 'close');
  return port;
}

/**
 * Starts the built gateway with this environment and no other.
 * @param ownGroup whether the gateway leads a group of processes, as it does in a terminal
 */
export async function startProcess(
  env: NodeJS.ProcessEnv,
  { ownGroup = false } = {},
): Promise<GatewayProcess> {
  const PORT = env.PORT && env.PORT !== '0' ? env.PORT : `${await freePort()}`;
  const { PATH, TMPDIR } = process.env;
  // The gateway would read a .env in its working directory, such as that of the checkout.
  const child = spawn(process.execPath, [program], {
    cwd: tmpdir(),
    detached: ownGroup,
    env: { PATH, TMPDIR, ...unlimited, ...env, PORT },
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = endOf(child);
  const url = `http://127.0.0.1:${PORT}`;
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const one: GatewayProcess = {
    url,
    pid: child.pid as number,
    stdout,
    stderr,
    ready: async () => {
      while (!(await answers(`${url}/readyz`))) {
        if (isOver()) throw new Error(`the gateway ended:\n${stderr()}`);
        await sleep(25);
      }
    },
    ended: () => ended,
    stop: async () => {
      // The database of a process that has ended is searched with the next process on it. A process without any output
      // has stored nothing.
      const stored = isOver() || stdout() === '' ? Promise.resolve(nothing) : storedBy(env);
      // The process has to be ended even if the search fails, as it does while the database is unreachable.
      await stored.catch(() => {});
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      const end = await ended.finally(() => clearTimeout(timer));
      const { columns, signingKeys } = await stored;
      const logs = { stdout: withoutBanner(stdout(), env.PUBLIC_URL ?? url), stderr: stderr() };
      const written = Object.entries(logs).map(([place, text]) => ({ place, text, lines: true as const }));
      assertNoLeaks([...columns, ...written], {
        'a pepper': peppersOf(env).map(({ key }) => key),
        'a key encryption key': keyEncryptionKeysOf(env).map(({ key }) => key),
        'a signing key': signingKeys,
      });
      return end;
    },
  };
  started.push(one);
  return one;
}

const started: GatewayProcess[] = [];

/** Stops all gateways that still run, also after a failed test. It is for `afterAll`. */
export async function stopAll(): Promise<void> {
  const ends = await Promise.allSettled(started.map((one) => one.stop()));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

interface Stored {
  columns: Haystack[];
  signingKeys: Buffer[];
}

const nothing: Stored = { columns: [], signingKeys: [] };

/** Reads everything that a gateway with this environment has stored, and the log of an embedded PostgreSQL. */
async function storedBy(env: NodeJS.ProcessEnv): Promise<Stored> {
  const { DATABASE_URL, DATA_DIR = '' } = env;
  const database = DATABASE_URL ? { connectionString: DATABASE_URL } : embeddedIn(DATA_DIR);
  const columns = await columnsOf(database);
  const signingKeys = await signingKeysOf(database, keyEncryptionKeysOf(env));
  if (DATABASE_URL) return { columns, signingKeys };
  const log = readFileSync(join(DATA_DIR, 'postgres.log'), 'utf8');
  return { columns: [...columns, { place: 'postgres.log', text: log, lines: true }], signingKeys };
}

function embeddedIn(dataDir: string): ClientConfig {
  const lockFile = join(dataDir, 'postgres', 'postmaster.pid');
  const host = readFileSync(lockFile, 'utf8').split('\n')[4];
  return { host, port: 5432, user: 'postgres', database: 'postgres' };
}

/** Returns the peppers of the environment, or those of development mode. */
const peppersOf = ({ SECRET_PEPPERS, DATA_DIR }: NodeJS.ProcessEnv) =>
  keysIn(SECRET_PEPPERS ?? developmentPeppers(DATA_DIR));

/** Returns the key encryption keys of the environment, or the keys that development mode derives from its peppers. */
function keyEncryptionKeysOf({ KEY_ENCRYPTION_KEYS, DATA_DIR }: NodeJS.ProcessEnv) {
  const peppers = developmentPeppers(DATA_DIR);
  return keysIn(KEY_ENCRYPTION_KEYS ?? (peppers && developmentKeys({ peppers })));
}

function developmentPeppers(dataDir = ''): string {
  const file = join(dataDir, 'development.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).peppers : '';
}

/** Reads a setting of the form `v1:<base64>,v2:<base64>`. */
const keysIn = (setting: string) =>
  setting.split(',').map((item) => {
    const [version = '', encoded = ''] = item.split(':');
    return { version, key: Buffer.from(encoded, 'base64') };
  });

/** Removes development mode's banner from stdout, since nothing else there may contain a token or a code. */
function withoutBanner(stdout: string, url: string): string {
  const token = /--header 'authorization: Bearer (\S+)'/.exec(stdout)?.[1];
  const codeOf = (path: string) => new RegExp(`/${path}#code=(\\S+)`).exec(stdout)?.[1] ?? '';
  const codes = stdout.includes('#code=') ? { ide: codeOf('graphql'), docs: codeOf('docs') } : undefined;
  const banners = [true, false].flatMap((ide) =>
    [true, false].map((docs) => banner(url, { ide, docs, token, codes })),
  );
  return banners.reduce((text, one) => text.replace(one, ''), stdout);
}

function collect(stream: NodeJS.ReadableStream) {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const [code, signal] = await once(child, 'close');
  return code ?? signal;
}

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
