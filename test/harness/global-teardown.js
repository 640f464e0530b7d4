import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export default async function globalTeardown() {
  rmSync(process.env.TEST_FOLDER, { recursive: true });
  if (!globalThis.testServer) return;
  const { embedded, dataDir } = globalThis.testServer;
  await embedded.stop();
  // Each gateway searches its own log and database when it closes (leaks.ts). PostgreSQL's log belongs to all of them.
  const log = readFileSync(join(dataDir, 'postgres.log'), 'utf8');
  if (/sa_secret_[0-9a-z]{38}|eyJ[\w-]+\.[\w-]+\.[\w-]+/.test(log)) {
    throw new Error('a secret or a token stands in the log of PostgreSQL');
  }
  rmSync(dataDir, { recursive: true });
}
