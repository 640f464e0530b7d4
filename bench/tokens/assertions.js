import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';

/**
 * A client with a key.
 * @typedef {{ id: string, privateKey: import('node:crypto').KeyObject }} KeyClient
 */

/**
 * Adds an ES256 key to each service account.
 * @param {string} url @param {string} token @param {string} tenant
 * @param {{ id: string, account: string }[]} clients
 * @returns {Promise<KeyClient[]>}
 */
export async function addKeys(url, token, tenant, clients) {
  const withKeys = [];
  for (const { id, account } of clients) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const response = await fetch(`${url}/api/v1/admin/service-account/${account}/key`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'x-tenantid': tenant,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ publicKey: publicKey.export({ type: 'spki', format: 'pem' }) }),
    });
    if (!response.ok) throw new Error(`The key could not be added: ${await response.text()}`);
    withKeys.push({ id, privateKey });
  }
  return withKeys;
}

const type = 'urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer';
/** @param {object} part */
const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');

/**
 * Creates the parameters of a form with an assertion.
 * @param {KeyClient} client @param {{ aud: string, jti: string, kid?: string }} claims
 */
export function signAssertion({ id, privateKey }, { aud, jti, kid }) {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const input = `${encode({ alg: 'ES256', kid })}.${encode({ iss: id, sub: id, aud, jti, exp })}`;
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `client_assertion_type=${type}&client_assertion=${input}.${signature.toString('base64url')}`;
}

/**
 * Creates requests for tokens, each with an assertion. They are signed here and not while they are sent, because the
 * load generator shares the machine. An assertion authenticates only once.
 * @param {string} endpoint @param {KeyClient[]} clients @param {number} count
 * @returns {import('../load.js').Target}
 */
export function assertionTarget(endpoint, clients, count) {
  const { origin, pathname } = new URL(endpoint);
  return {
    url: origin,
    success: '{"access_token":"eyJ',
    dealt: true,
    requests: Array.from({ length: count }, (_, index) => {
      const client = /** @type {KeyClient} */ (clients[index % clients.length]);
      const parameters = signAssertion(client, { aud: endpoint, jti: randomUUID() });
      return {
        method: 'POST',
        path: pathname,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `grant_type=client_credentials&scope=api%3Aread%20api%3Awrite&${parameters}`,
      };
    }),
  };
}
