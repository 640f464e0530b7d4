import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { developmentTenant } from '../../dist/src/platform/auth/development.js';
import { startApache } from './apache.js';

/**
 * Protects an API by Apache with the recipes of docs/resource-servers.md: once Apache verifies tokens, and once for
 * each client authentication method it introspects them.
 * @param {import('./all.js').Site} site
 */
export async function checkModAuthOpenidc(site) {
  const machine = await site.accounts.create('api:read', 'api:write');
  const api = await site.accounts.createWithKey('RS256', 'oauth:introspect');
  for (const [way, { lines, noticesRevocation }] of Object.entries(recipes(site, api))) {
    /** @param {string} name @param {() => Promise<void>} work */
    const check = (name, work) => site.check(`mod_auth_openidc by ${way}: ${name}`, work);
    /** @type {Awaited<ReturnType<typeof startApache>> | undefined} */
    let apache;
    await check('Apache starts', async () => {
      apache = await startApache(join(site.folder, way.replaceAll(' ', '-')), lines);
    });
    if (!apache) continue;
    const { call, stop } = apache;
    try {
      const token = await getToken(site, machine, 'api:read');
      await check('a request without a token gets 401', async () => {
        assert.equal((await call()).status, 401);
      });
      await check('a token is accepted, and its claims reach the API', async () => {
        const { id: sub, clientId: client_id } = machine;
        const claims = { sub, client_id, tenant_id: developmentTenant.id, scope: 'api:read' };
        assert.deepEqual(await call(token), { status: 200, claims });
      });
      await check('a token with another payload gets 401', async () => {
        assert.equal((await call(withOtherPayload(token))).status, 401);
      });
      await check('a token without the permission gets 401', async () => {
        assert.equal((await call(await getToken(site, machine, 'api:write'))).status, 401);
      });
      const status = noticesRevocation ? 401 : 200;
      await check(`a revoked token gets ${status}`, async () => {
        await post(site, machine, '/revoke', { token });
        assert.equal((await call(token)).status, status);
      });
    } finally {
      await stop();
    }
  }
}

/**
 * Reads the lines of the recipes, and replaces the values that only stand for others.
 * @param {import('./all.js').Site} site
 * @param {import('./accounts.js').KeyAccount} api
 */
function recipes({ url, certificate }, { clientId, clientSecret, ...key }) {
  const page = readFileSync(new URL('../../docs/resource-servers.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('\n## Apache: mod_auth_openidc\n');
  const blocks = [...section.matchAll(/^```apache\n(.*?)^```$/gms)].map(([, text = '']) => text);
  const [verify = '', introspect = '', byKey = ''] = blocks.map((text) =>
    text
      .replaceAll('https://gateway.example.com', url)
      .replaceAll('sa_client_…', clientId)
      .replaceAll('sa_secret_…', clientSecret)
      .replaceAll('/etc/apache2/orders.pem', key.keyFile)
      .replaceAll('/etc/apache2/orders.pub.pem', key.publicKeyFile)
      .replaceAll('t9Zm6sXaNseS2zmAEkUTJ_uG9Juu3dj6lTLxaL-37SA', key.kid),
  );
  const bySecret = verify.replace(/^OIDCOAuthVerifyJwksUri .*\n/m, introspect);
  const trust = `OIDCCABundlePath ${certificate}\n`;
  return {
    verification: { lines: trust + verify, noticesRevocation: false },
    'introspection with client_secret_basic': { lines: trust + bySecret, noticesRevocation: true },
    'introspection with private_key_jwt': {
      lines: trust + bySecret.replace(/^OIDCOAuthClientSecret .*\n/m, byKey),
      noticesRevocation: true,
    },
  };
}

/**
 * @param {import('./all.js').Site} site
 * @param {import('./accounts.js').Account} account
 * @param {string} path
 * @param {Record<string, string>} fields
 */
function post({ localUrl }, { clientId, clientSecret }, path, fields) {
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields });
  return fetch(`${localUrl}/oauth2${path}`, { method: 'POST', body });
}

/** @param {import('./all.js').Site} site @param {import('./accounts.js').Account} account @param {string} scope */
async function getToken(site, account, scope) {
  const response = await post(site, account, '/token', { grant_type: 'client_credentials', scope });
  const { access_token } = /** @type {any} */ (await response.json());
  return /** @type {string} */ (access_token);
}

/** Changes the payload of a token, which its signature then does not fit. @param {string} token */
function withOtherPayload(token) {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const other = Buffer.from(JSON.stringify({ ...claims, sub: 'sa-other' })).toString('base64url');
  return [header, other, signature].join('.');
}
