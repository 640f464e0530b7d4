import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { createTenant } from '../targets.js';

/**
 * The milliseconds from one list to the next. An administrator without a pause would exceed the rate limit of a caller.
 */
const interval = 25;

/** The address of the administrator, which no flood has. */
const address = '192.0.2.1';

/**
 * Creates an administrator of a tenant with one account, who reads its list over one connection.
 * @param {string} url @param {string} token
 */
export async function createAdministrator(url, token) {
  const tenant = await createTenant(url, token, 'Administrator');
  const headers = { authorization: `Bearer ${token}`, 'x-tenantid': tenant, 'x-forwarded-for': address };
  const target = `${url}/api/v1/admin/service-account`;
  await fetch(`${target}/create`, { method: 'POST', headers });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** @returns {Promise<number>} the milliseconds until the response has arrived */
  const readOnce = () =>
    new Promise((resolve, reject) => {
      const begin = performance.now();
      request(target, { agent, headers }, async (response) => {
        let body = '';
        for await (const chunk of response.setEncoding('utf8')) body += chunk;
        if (response.statusCode === 200) resolve(performance.now() - begin);
        else reject(new Error(`The list could not be read: ${body}`));
      })
        .once('error', reject)
        .end();
    });

  return {
    /**
     * Reads the list again and again. While a list takes longer than the interval, the next ones are late. Each of them
     * counts with the time that it would have waited; otherwise a slow second would count less than a fast one.
     * @param {number} seconds @param {AbortSignal} signal
     * @returns {Promise<number[]>} the milliseconds of each list
     */
    read: async (seconds, signal) => {
      const times = [];
      const end = performance.now() + seconds * 1000;
      while (performance.now() < end) {
        signal.throwIfAborted();
        const milliseconds = await readOnce();
        for (let late = milliseconds; late > 0; late -= interval) times.push(late);
        await setTimeout(Math.max(0, interval - milliseconds));
      }
      return times;
    },
  };
}
