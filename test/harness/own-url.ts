import { type Gateway, startGateway } from './gateway.js';
import { freePort } from './gateway-process.js';

/** Starts a gateway whose PUBLIC_URL is its real one, for clients that discover its endpoints. */
export async function startAtOwnUrl(overrides: NodeJS.ProcessEnv = {}): Promise<Gateway> {
  const port = await freePort();
  return startGateway({ PUBLIC_URL: `http://127.0.0.1:${port}`, ...overrides }, { port });
}
