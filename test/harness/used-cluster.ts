import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { program } from './program.js';

/** The folder that all test files of a run share (global-setup.js). */
const shared = process.env.TEST_FOLDER ?? '';

/**
 * Puts a cluster that was started and stopped once into a DATA_DIR that does not exist yet, because initdb takes
 * seconds and a copy only a tenth of a second. Tests of a first start do not use it.
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
    // Another worker of jest may have put the cluster there first.
    if (!existsSync(cluster)) throw error;
  }
  rmSync(dataDir, { recursive: true });
}
