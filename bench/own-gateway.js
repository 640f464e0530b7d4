import { developmentIdentity, developmentToken } from '../dist/src/platform/auth/development.js';
import { makeDataDir, removeDataDir, startGateway } from './gateway.js';
import { runInterruptibly } from './interrupt.js';

/**
 * Measures a gateway with its own embedded PostgreSQL, and removes both afterwards.
 * @param {(own: Own) => Promise<string>} measure returns the text to print
 * @param {(dataDir: string, signal: AbortSignal) => Promise<void>} [prepare] fills the database before
 * @param {import('./gateway.js').Start} [start]
 *
 * @typedef {object} Own
 * @property {string} url
 * @property {number} pid
 * @property {string} dataDir
 * @property {string} token the token of a super_admin, which is valid for a day
 * @property {AbortSignal} signal
 */
export const measureOwnGateway = (measure, prepare = async () => {}, start = {}) =>
  runInterruptibly(async (signal) => {
    const dataDir = await makeDataDir();
    try {
      await prepare(dataDir, signal);
      const gateway = await startGateway(dataDir, signal, start);
      try {
        const identity = developmentIdentity(dataDir);
        const token = await developmentToken(identity, { role: 'super_admin', lifetime: 24 * 60 * 60 });
        console.log(await measure({ url: gateway.url, pid: gateway.pid, dataDir, token, signal }));
      } finally {
        await gateway.stop();
      }
    } finally {
      await removeDataDir(dataDir);
    }
  });
