import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectionTo } from '../dist/src/platform/embedded-postgres/connection.js';
import { prepareDataDir } from '../dist/src/platform/embedded-postgres/data-dir.js';
import { findPostmaster, stopPostmaster } from '../dist/src/platform/embedded-postgres/postmaster.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The built program, the way `npm start` runs it. */
export const builtProgram = [process.execPath, '--enable-source-maps', 'dist/gateway/main.js'];

/** How long a start, or a stop, may take. */
const patience = 60_000;

/**
 * Development mode. What is empty here counts as not set, whatever the caller's environment or a `.env` says.
 * @param {string} dataDir
 * @param {number} port
 */
const environment = (dataDir, port) => ({
  ...process.env,
  DATA_DIR: dataDir,
  PORT: `${port}`,
  LOG_LEVEL: 'warn',
  SERVICE_ACCOUNT_LIMIT: '2147483647',
  RATE_LIMIT_CALLER: '0',
  RATE_LIMIT_ADDRESS: '0',
  NODE_ENV: '',
  HOST: '',
  PUBLIC_URL: '',
  DATABASE_URL: '',
  REALMS_FILE: '',
  SECRET_PEPPERS: '',
  KEY_ENCRYPTION_KEYS: '',
  TOKEN_AUDIENCE: '',
  METRICS_PORT: '',
  METRICS_TOKEN: '',
});

/** @typedef {{ host: string, port: number, user: string, database: string }} Connection */

/** An empty DATA_DIR under the temporary directory. */
export const makeDataDir = () => mkdtemp(join(tmpdir(), 'gateway-bench-'));

/**
 * Starts a gateway and waits for the first 200 of /readyz.
 * @param {string} dataDir
 * @param {AbortSignal} signal
 * @param {string[]} command
 */
export async function startGateway(dataDir, signal, command = builtProgram) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const begin = performance.now();
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd: root,
    env: environment(dataDir, port),
    // The banner has a token in it.
    stdio: ['ignore', 'ignore', 'inherit'],
    // A group of its own: Ctrl-C is for the benchmark, which stops the gateway.
    detached: true,
  });
  const isOver = () => child.exitCode !== null || child.signalCode !== null;

  const stop = async () => {
    if (!isOver()) child.kill('SIGTERM');
    const deadline = performance.now() + patience;
    while (!isOver() && performance.now() < deadline) await setTimeout(20);
    if (!isOver()) process.kill(-(/** @type {number} */ (child.pid)), 'SIGKILL');
  };

  try {
    await untilReady(url, isOver, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pid: /** @type {number} */ (child.pid), milliseconds: performance.now() - begin, stop };
}

/** @param {string} url @param {() => boolean} isOver @param {AbortSignal} signal */
async function untilReady(url, isOver, signal) {
  const deadline = performance.now() + patience;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    if (isOver()) throw new Error('The gateway ended instead of starting');
    const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      async (response) => Boolean(await response.text()) && response.ok,
      () => false,
    );
    if (ready) return;
    await setTimeout(10);
  }
  throw new Error('The gateway did not become ready');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * How to reach the embedded PostgreSQL that runs on a DATA_DIR.
 * @param {string} dataDir
 * @returns {Promise<Connection>}
 */
export async function databaseOf(dataDir) {
  const server = await findPostmaster(await prepareDataDir(dataDir));
  if (!server) throw new Error('The gateway runs no PostgreSQL');
  return connectionTo(server);
}

/**
 * Removes a DATA_DIR whose gateway was stopped, with a PostgreSQL that was left running there.
 * @param {string} dataDir
 */
export async function removeDataDir(dataDir) {
  const folder = await prepareDataDir(dataDir);
  const server = await findPostmaster(folder);
  if (server) await stopPostmaster(server);
  await rm(dataDir, { recursive: true, force: true });
}
