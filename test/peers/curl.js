import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const assertionScript = fileURLToPath(new URL('assertion.sh', import.meta.url));

/** @param {Record<string, string>} fields */
const data = (fields) =>
  Object.entries(fields).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`]);

/**
 * Gets, introspects and revokes tokens with curl, by each client authentication method.
 * @param {import('./all.js').Site} site
 */
export async function checkCurl({ check, issuer, certificate, accounts }) {
  /** @param {string} url @param {string[]} args */
  const curl = async (url, ...args) => {
    const options = ['--silent', '--show-error', '--cacert', certificate, '--write-out', '\n%{http_code}'];
    const { stdout } = await run('curl', [...options, '--max-time', '60', ...args, url]);
    const [, body = '', status] = /^(.*)\n(\d+)$/s.exec(stdout) ?? [];
    return { status: Number(status), body: body && JSON.parse(body) };
  };

  const one = await accounts.createWithKey('RS256', 'api:read', 'oauth:introspect');
  const { clientId, clientSecret } = one;
  /** @type {Record<string, () => Promise<string[]>>} the arguments with which curl authenticates */
  const ways = {
    '--user': async () => ['--user', `${clientId}:${clientSecret}`],
    'form fields': async () => data({ client_id: clientId, client_secret: clientSecret }),
    'an assertion by openssl': async () => {
      const { stdout } = await run('sh', [assertionScript, clientId, issuer, one.keyFile]);
      return data({
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: stdout,
      });
    },
  };

  /** @type {any} */
  let endpoints;
  await check('curl reads the metadata', async () => {
    endpoints = (await curl(`${issuer}/.well-known/oauth-authorization-server`)).body;
    assert.equal(endpoints.issuer, issuer);
  });
  for (const [way, authenticate] of Object.entries(ways)) {
    let token = '';
    const post = async (/** @type {string} */ endpoint, /** @type {Record<string, string>} */ fields) =>
      curl(endpoints[`${endpoint}_endpoint`], ...(await authenticate()), ...data(fields));
    await check(`curl with ${way} gets a token`, async () => {
      const { status, body } = await post('token', {
        grant_type: 'client_credentials',
        scope: 'api:read',
      });
      token = body.access_token;
      assert.deepEqual([status, body.token_type, body.scope], [200, 'Bearer', 'api:read']);
    });
    await check(`curl with ${way} introspects it`, async () => {
      const { body } = await post('introspection', { token });
      assert.deepEqual([body.active, body.client_id, body.scope], [true, clientId, 'api:read']);
    });
    await check(`curl with ${way} revokes it`, async () => {
      assert.deepEqual(await post('revocation', { token }), { status: 200, body: '' });
    });
    await check(`curl with ${way} finds it inactive after that`, async () => {
      assert.deepEqual(await post('introspection', { token }), { status: 200, body: { active: false } });
    });
  }
  await check('curl with a wrong secret gets 401', async () => {
    const wrong = ['--user', `${clientId}:wrong`, ...data({ grant_type: 'client_credentials' })];
    const { status, body } = await curl(endpoints.token_endpoint, ...wrong);
    assert.deepEqual([status, body.error], [401, 'invalid_client']);
  });
}
