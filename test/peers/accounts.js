import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { developmentTenant } from '../../dist/src/platform/auth/development.js';

/**
 * @typedef {object} Account
 * @property {string} id
 * @property {string} clientId
 * @property {string} clientSecret
 *
 * @typedef {Account & { keyFile: string, publicKeyFile: string, kid: string }} KeyAccount
 */

/** The parameters with which openssl creates a private key. */
const keyParameters = {
  RS256: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  ES256: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
};

/**
 * Creates service accounts of the tenant of development mode, through REST.
 * @param {string} url
 * @param {string} token the access token of a super_admin
 * @param {string} folder where the private keys are written
 */
export function createAccounts(url, token, folder) {
  const headers = {
    authorization: `Bearer ${token}`,
    'x-tenantid': developmentTenant.id,
    'content-type': 'application/json',
  };
  /** @param {string} path @param {object} body */
  const post = async (path, body) => {
    const target = `${url}/api/v1/admin/service-account${path}`;
    const response = await fetch(target, { method: 'POST', headers, body: JSON.stringify(body) });
    const { data } = /** @type {any} */ (await response.json());
    if (!data) throw new Error(`The gateway responded to POST ${path} with ${response.status}`);
    return data;
  };
  /** @param {string[]} permissions @returns {Promise<Account>} */
  const create = (...permissions) => post('/create', { permissions });

  return {
    create,
    /**
     * Creates an account with a public key.
     * @param {keyof typeof keyParameters} algorithm
     * @param {string[]} permissions
     * @returns {Promise<KeyAccount>}
     */
    createWithKey: async (algorithm, ...permissions) => {
      const account = await create(...permissions);
      const keyFile = join(folder, `${account.id}.pem`);
      execFileSync('openssl', ['genpkey', ...keyParameters[algorithm], '-out', keyFile], { stdio: 'ignore' });
      const publicKeyFile = join(folder, `${account.id}.pub.pem`);
      execFileSync('openssl', ['pkey', '-in', keyFile, '-pubout', '-out', publicKeyFile]);
      const publicKey = readFileSync(publicKeyFile, 'utf8');
      const { key } = await post(`/${account.id}/key`, { publicKey });
      return { ...account, keyFile, publicKeyFile, kid: key.kid };
    },
  };
}
