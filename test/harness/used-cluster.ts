import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { program } from './program.js';

/** Holds what the files of one test run share (global-setup.js). */
const shared = process.env.TEST_FOLDER ?? '';

/**
 * Puts a cluster, which was started and stopped once, into a DATA_DIR that does not exist yet: initdb takes seconds,
 * and a copy a tenth of one. Tests of the first start do without.
 */
export async function putUsedCluster(dataDir: string): Promise<void> {
  const cluster = join(shared, 'cluster');
  if (!existsSync(cluster)) await makeCluster(cluster);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  execFileSync('cp', ['-a', cluster, join(dataDir, 'postgres')]);
}

async function makeCluster(cluster: string): Promise<void> {
  const dataDir = mkdtempSync(join(shared, 'data-'));
  const server = await program.startDatabaseServer(
    { databaseUrl: undefined, dataDir },
    pino({ level: 'silent' }),
  );
  await server.stop();
  try {
    renameSync(join(dataDir, 'postgres'), cluster);
  } catch (error) {
    // The other worker was faster.
    if (!existsSync(cluster)) throw error;
  }
  rmSync(dataDir, { recursive: true });
}
