import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { python } from './packages.js';

const script = fileURLToPath(new URL('requests_oauthlib_journey.py', import.meta.url));
const ways = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];

/**
 * Gets, introspects and revokes tokens with requests-oauthlib, by each client authentication method.
 * @param {import('./all.js').Site} site
 */
export async function checkRequestsOauthlib({ check, issuer, certificate, accounts }) {
  const one = await accounts.createWithKey('ES256', 'api:read', 'oauth:introspect');
  for (const way of ways) {
    const input = JSON.stringify({ way, issuer, ...one });
    /** @type {any} */
    let results = {};
    await check(`requests-oauthlib with ${way} gets a token`, async () => {
      results = JSON.parse(await run(input, certificate));
      const { token_type, expires_in, scope } = results.granted;
      assert.deepEqual([token_type, expires_in, scope], ['Bearer', 600, ['api:read']]);
    });
    await check(`requests-oauthlib with ${way} introspects it`, () => {
      const { active, client_id, scope } = results.before ?? {};
      assert.deepEqual([active, client_id, scope], [true, one.clientId, 'api:read']);
    });
    await check(`requests-oauthlib with ${way} revokes it`, () => assert.equal(results.revoked, 200));
    await check(`requests-oauthlib with ${way} finds it inactive after that`, () =>
      assert.deepEqual(results.after, { active: false }),
    );
  }
}

/** Runs the script. @param {string} input @param {string} certificate @returns {Promise<string>} its output */
async function run(input, certificate) {
  const env = { ...process.env, REQUESTS_CA_BUNDLE: certificate };
  const child = spawn(python, [script], { env, timeout: 60_000 });
  child.stdin.end(input);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (errors) throw new Error(errors.trim().split('\n').at(-1));
  return output;
}
