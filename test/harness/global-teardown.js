import { rmSync } from 'node:fs';

export default async function globalTeardown() {
  if (!globalThis.testServer) return;
  const { embedded, dataDir } = globalThis.testServer;
  await embedded.stop();
  rmSync(dataDir, { recursive: true });
}
