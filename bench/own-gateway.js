import { developmentIdentity, developmentToken } from '../dist/src/auth/development.js';
import { makeDataDir, removeDataDir, startGateway } from './gateway.js';
import { runInterruptibly } from './interrupt.js';

/**
 * Measures a gateway with an embedded PostgreSQL of its own, both of which are gone afterwards.
 * @param {(own: { url: string, dataDir: string, token: string, signal: AbortSignal }) => Promise<string>} measure is
 *   given the token of a super_admin that lasts for a day, and tells what is to be printed
 */
export const measureOwnGateway = (measure) =>
  runInterruptibly(async (signal) => {
    const dataDir = await makeDataDir();
    try {
      const gateway = await startGateway(dataDir, signal);
      try {
        const identity = developmentIdentity(dataDir);
        const token = await developmentToken(identity, { role: 'super_admin', lifetime: 24 * 60 * 60 });
        console.log(await measure({ url: gateway.url, dataDir, token, signal }));
      } finally {
        await gateway.stop();
      }
    } finally {
      await removeDataDir(dataDir);
    }
  });
