import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectionTo } from '../dist/src/platform/embedded-postgres/connection.js';
import { prepareDataDir } from '../dist/src/platform/embedded-postgres/data-dir.js';
import { findPostmaster, stopPostmaster } from '../dist/src/platform/embedded-postgres/postmaster.js';
import { findFreePort } from '../dist/src/platform/http/ports.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The command by which `npm start` runs the built program. */
export const builtProgram = [
  process.execPath,
  '--enable-source-maps',
  '--max-semi-space-size=8',
  '--heap-growing-percent=100',
  'dist/gateway/main.js',
];

/** The milliseconds that a start or a stop may take. */
const timeoutMs = 60_000;

/** Turns off the rate limits, because a benchmark sends more requests than any client should. */
const withoutLimits = {
  RATE_LIMIT_CALLER: '0',
  RATE_LIMIT_ADDRESS: '0',
  RATE_LIMIT_ANONYMOUS: '0',
  RATE_LIMIT_OAUTH_ADDRESS: '0',
  RATE_LIMIT_CLIENT: '0',
  RATE_LIMIT_CLIENT_REVOCATIONS: '0',
  RATE_LIMIT_WRONG_SECRETS: '0',
  RATE_LIMIT_TENANT_CHANGES: '0',
  RATE_LIMIT_TENANT_AUDIT_BYTES: '0',
};

/** Turns on the rate limits of the product, with the log that it writes by default. */
export const productDefaults = {
  ...Object.fromEntries(Object.keys(withoutLimits).map((name) => [name, ''])),
  LOG_LEVEL: '',
};

/**
 * Returns the environment of development mode. An empty variable counts as not set, so that neither the caller's
 * environment nor a `.env` can set it.
 * @param {string} dataDir
 * @param {number} port
 */
const environment = (dataDir, port) => ({
  ...process.env,
  DATA_DIR: dataDir,
  PORT: `${port}`,
  LOG_LEVEL: 'warn',
  SERVICE_ACCOUNT_LIMIT: '2147483647',
  ...withoutLimits,
  NODE_ENV: '',
  HOST: '',
  PUBLIC_URL: '',
  DATABASE_URL: '',
  REALMS_FILE: '',
  WORKLOAD_ISSUERS_FILE: '',
  SECRET_PEPPERS: '',
  KEY_ENCRYPTION_KEYS: '',
  TOKEN_AUDIENCE: '',
  METRICS_PORT: '',
  METRICS_TOKEN: '',
});

/** @typedef {{ host: string, port: number, user: string, database: string }} Connection */

/** Makes an empty DATA_DIR under the temporary directory. */
export const makeDataDir = () => mkdtemp(join(tmpdir(), 'gateway-bench-'));

/**
 * @typedef {object} Start
 * @property {string[]} [command]
 * @property {string} [folder] the folder in which the command runs, by default this checkout
 * @property {Record<string, string>} [variables] further variables of the environment
 * @property {'inherit' | 'ignore'} [log] where the log goes; a benchmark that makes the gateway log a lot ignores it
 */

/**
 * Starts a gateway and waits for the first 200 of /readyz.
 * @param {string} dataDir
 * @param {AbortSignal} signal
 * @param {Start} [start]
 */
export async function startGateway(
  dataDir,
  signal,
  { command = builtProgram, folder = root, variables = {}, log = 'inherit' } = {},
) {
  const port = await findFreePort('127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  const begin = performance.now();
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd: folder,
    env: { ...environment(dataDir, port), ...variables },
    // The banner on stdout contains a token, which must not be shown.
    stdio: ['ignore', 'ignore', log],
    // The gateway has its own process group, because Ctrl-C is for the benchmark, which stops the gateway.
    detached: true,
  });
  const isOver = () => child.exitCode !== null || child.signalCode !== null;

  const stop = async () => {
    if (!isOver()) child.kill('SIGTERM');
    const deadline = performance.now() + timeoutMs;
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
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    if (isOver()) throw new Error('The gateway stopped before it was ready');
    const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
      async (response) => Boolean(await response.text()) && response.ok,
      () => false,
    );
    if (ready) return;
    await setTimeout(10);
  }
  throw new Error('The gateway was not ready in time');
}

/**
 * Finds out how to connect to the embedded PostgreSQL that runs on a DATA_DIR.
 * @param {string} dataDir
 * @returns {Promise<Connection>}
 */
export const databaseOf = async (dataDir) => connectionTo(await postmasterOf(dataDir));

/** Finds the embedded PostgreSQL that runs on a DATA_DIR. @param {string} dataDir */
export async function postmasterOf(dataDir) {
  const server = await findPostmaster(await prepareDataDir(dataDir));
  if (!server) throw new Error('The gateway does not run an embedded PostgreSQL');
  return server;
}

/**
 * Stops a PostgreSQL that a stopped gateway left running on a DATA_DIR, and removes the DATA_DIR.
 * @param {string} dataDir
 */
export async function removeDataDir(dataDir) {
  const folder = await prepareDataDir(dataDir);
  const server = await findPostmaster(folder);
  if (server) await stopPostmaster(server);
  await rm(dataDir, { recursive: true, force: true });
}
