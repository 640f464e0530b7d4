import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { findFreePort } from '../../dist/src/platform/http/ports.js';
import { apache, apacheModules } from './packages.js';

/** The modules that are not part of the program. */
const modules = ['mpm_event', 'authz_core', 'authn_core', 'authz_user', 'headers', 'auth_openidc'];
const timeoutMs = 20_000;

/** The claims that the module must put into the environment of the API. */
const claims = ['sub', 'client_id', 'tenant_id', 'scope'];

/**
 * Starts an Apache with its own configuration, on a free port of loopback.
 * @param {string} folder a folder for this Apache, which does not exist yet
 * @param {string} lines the lines of the recipe
 */
export async function startApache(folder, lines) {
  const port = await findFreePort('127.0.0.1');
  const root = join(folder, 'htdocs');
  await mkdir(root, { recursive: true });
  await writeFile(join(root, 'orders'), 'orders\n');
  // The processes that respond do not run as root.
  await chmod(folder, 0o755);
  const config = join(folder, 'apache.conf');
  await writeFile(config, [...basics(folder, port, root), lines, ''].join('\n'));

  const child = spawn(apache, ['-f', config, '-D', 'FOREGROUND'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  const faults = text(child.stderr);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const deadline = performance.now() + timeoutMs;
  while (!(await isUp(url))) {
    if (child.exitCode === null && performance.now() < deadline) await setTimeout(50);
    else {
      await stop();
      throw new Error(`Apache did not start: ${await faults}`);
    }
  }

  return {
    /** Calls the API. @param {string} [token] */
    call: async (token) => {
      const headers = /** @type {HeadersInit} */ (token ? { authorization: `Bearer ${token}` } : {});
      const response = await fetch(`${url}/orders`, { headers });
      await response.text();
      const passed = claims.map((name) => [name, response.headers.get(`x-${name}`)]);
      return { status: response.status, claims: Object.fromEntries(passed) };
    },
    stop,
  };
}

/** @param {string} folder @param {number} port @param {string} root */
const basics = (folder, port, root) => [
  `Listen 127.0.0.1:${port}`,
  'ServerName 127.0.0.1',
  `DefaultRuntimeDir ${folder}`,
  `PidFile ${join(folder, 'apache.pid')}`,
  `ErrorLog ${join(folder, 'error.log')}`,
  `DocumentRoot ${root}`,
  ...modules.map((name) => `LoadModule ${name}_module ${apacheModules}/mod_${name}.so`),
  ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
  ...claims.map((name) => `Header set x-${name} "%{OIDC_CLAIM_${name}}e"`),
];

/** @param {string} url */
const isUp = (url) =>
  fetch(url).then(
    async (response) => Boolean(await response.text()),
    () => false,
  );
