import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, startProcess } from '../../harness/gateway-process.js';
import { defaultLimits } from '../../harness/unlimited.js';
import { until } from '../../harness/until.js';
import { type Recorder, startRecorder } from './recorder.js';
import { type Shell, startShell } from './shell.js';

/** What a new user has: a checkout, a gateway in development mode that has just started, and a second terminal. */
export interface Site {
  shell: Shell;
  recorder: Recorder;
  /** What the gateway has printed. */
  banner: string;
  stop(): Promise<void>;
}

/**
 * Starts a gateway and a shell in a folder that looks like the checkout.
 * @param port the port on which the commands reach the gateway
 * @param env settings of the gateway
 * @param shellEnv what else is in the environment of the commands
 */
export async function startSite(
  port: number,
  env: NodeJS.ProcessEnv,
  shellEnv: NodeJS.ProcessEnv = {},
): Promise<Site> {
  const folder = mkdtempSync(join(process.env.TEST_FOLDER ?? tmpdir(), 'docs-'));
  chmodSync(folder, 0o755); // The user who runs PostgreSQL for root must be able to enter.
  // Commands read and write files of the checkout, such as `.env` and `data/`: these are not the developer's.
  const taken = ['.env', '.git', 'data', 'coverage'];
  for (const name of readdirSync('.'))
    if (!taken.includes(name)) symlinkSync(resolve(name), join(folder, name));

  const PORT = `${await freePort()}`;
  const gateway = await startProcess({
    DATA_DIR: join(folder, 'data'),
    PORT,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    ...defaultLimits,
    ...env,
  });
  await gateway.ready();
  const recorder = await startRecorder(port, Number(PORT));
  const banner = await until(
    async () => gateway.stdout(),
    (text) => text.includes('npm run --silent token'),
  );
  const { PATH, TMPDIR, HOME = folder } = process.env;
  const shell = startShell(folder, {
    PATH,
    TMPDIR,
    HOME,
    PORT: `${port}`,
    DATA_DIR: './data',
    npm_config_update_notifier: 'false',
    ...shellEnv,
  });
  return {
    shell,
    recorder,
    banner,
    stop: async () => {
      await shell.stop();
      await recorder.close();
      await gateway.stop().finally(() => rmSync(folder, { recursive: true }));
    },
  };
}
