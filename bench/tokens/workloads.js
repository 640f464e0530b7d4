import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * An outside issuer of tokens for workloads. Its tokens are signed by ES256, as the assertions of clients with keys are,
 * so that the two can be compared.
 * @typedef {{ file: string, issuer: string, privateKey: import('node:crypto').KeyObject, remove: () => Promise<void> }} WorkloadIssuer
 */

/**
 * Creates an issuer, and the WORKLOAD_ISSUERS_FILE that names it.
 * @returns {Promise<WorkloadIssuer>}
 */
export async function createWorkloadIssuer() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = 'https://ci.example.com';
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'ci', use: 'sig', alg: 'ES256' };
  const folder = await mkdtemp(join(tmpdir(), 'gateway-issuers-'));
  const file = join(folder, 'issuers.json');
  await writeFile(file, JSON.stringify({ issuers: [{ name: 'ci', issuer, jwks: { keys: [jwk] } }] }));
  return { file, issuer, privateKey, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** @param {string} client the client ID that the workload uses */
const subjectOf = (client) => `repo:acme/${client}:ref:refs/heads/main`;

/**
 * Adds a trust in a workload to each service account.
 * @param {string} url @param {string} token @param {string} tenant
 * @param {{ id: string, account: string }[]} clients
 */
export async function addTrusts(url, token, tenant, clients) {
  for (const { id, account } of clients) {
    const response = await fetch(`${url}/api/v1/admin/service-account/${account}/trust`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'x-tenantid': tenant,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ issuer: 'ci', subject: subjectOf(id) }),
    });
    if (!response.ok) throw new Error(`The trust could not be added: ${await response.text()}`);
  }
}

const type = 'urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer';
/** @param {object} part */
const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');

/**
 * Signs the token of a workload, with about as many claims as GitHub Actions writes.
 * @param {WorkloadIssuer} issuer @param {string} client @param {string} aud
 */
function signToken({ issuer, privateKey }, client, aud) {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: issuer, sub: subjectOf(client), aud, iat, nbf: iat, exp: iat + 600, jti: randomUUID() },
    ...{
      repository: `acme/${client}`,
      repository_id: '74',
      repository_owner: 'acme',
      repository_owner_id: '65',
    },
    ...{ ref: 'refs/heads/main', ref_type: 'branch', sha: '0123456789abcdef0123456789abcdef01234567' },
    ...{ workflow: 'deploy', actor: 'ada', actor_id: '12', run_id: '1234567890', run_number: '10' },
    ...{ event_name: 'push', runner_environment: 'github-hosted', run_attempt: '2' },
  };
  const input = `${encode({ typ: 'JWT', alg: 'ES256', kid: 'ci' })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/**
 * Creates requests with the tokens of workloads. They are signed here and not while they are sent, because the load
 * generator shares the machine.
 * @param {string} endpoint @param {WorkloadIssuer} issuer @param {{ id: string }[]} clients
 * @param {number} count the number of tokens; each client has several, or uses its token several times
 * @returns {import('../load.js').Target}
 */
export function workloadTarget(endpoint, issuer, clients, count) {
  const { origin, pathname } = new URL(endpoint);
  const audience = endpoint.slice(0, endpoint.lastIndexOf('/'));
  return {
    url: origin,
    success: '{"access_token":"eyJ',
    dealt: true,
    requests: Array.from({ length: count }, (_, index) => {
      const { id } = /** @type {{ id: string }} */ (clients[index % clients.length]);
      const token = signToken(issuer, id, audience);
      return {
        method: 'POST',
        path: pathname,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `grant_type=client_credentials&scope=api%3Aread%20api%3Awrite&client_id=${id}&client_assertion_type=${type}&client_assertion=${token}`,
      };
    }),
  };
}
