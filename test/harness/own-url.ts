import { type Gateway, startGateway } from './gateway.js';
import { freePort } from './process.js';

/** A gateway whose public URL is the one that it has, for clients that find their way by themselves. */
export async function startAtOwnUrl(overrides: NodeJS.ProcessEnv = {}): Promise<Gateway> {
  const port = await freePort();
  return startGateway({ PUBLIC_URL: `http://127.0.0.1:${port}`, ...overrides }, { port });
}
