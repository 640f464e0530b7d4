import type { Logger } from 'pino';

/**
 * Loads the OAuth 2.0 server. Where Node is older than its library likes, that prints a warning as it is loaded, which
 * belongs into the log.
 */
export async function loadOAuth(log: Logger): Promise<typeof import('./oauth.js')> {
  const { warn } = console;
  console.warn = (message: unknown) => log.info(String(message));
  try {
    return await import('./oauth.js');
  } finally {
    console.warn = warn;
  }
}
