import { type Gateway, startGateway } from './gateway.js';
import { freePort } from './process.js';

/** Starts a gateway whose public URL is its own, for clients that discover it. */
export async function startAtOwnUrl(overrides: NodeJS.ProcessEnv = {}): Promise<Gateway> {
  const port = await freePort();
  return startGateway({ PUBLIC_URL: `http://127.0.0.1:${port}`, ...overrides }, { port });
}
