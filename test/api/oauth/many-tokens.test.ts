import { afterEach, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { type GatewayProcess, startProcess } from '../../harness/gateway-process.js';
import { basic, type Machine, machine } from './machine.js';

let gateway: Gateway;
let built: GatewayProcess;
afterEach(async () => {
  await built?.stop();
  await gateway?.close();
});

const count = 100;

/** Requests tokens from the built program, all at the same time. */
const askForMany = ({ url }: GatewayProcess, credentials: Machine): Promise<string[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const response = await fetch(`${url}/oauth2/token`, {
        method: 'POST',
        headers: { authorization: basic(credentials) },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      return JSON.parse(await response.text()).access_token;
    }),
  );

test.each(['ES256', 'EdDSA'])('tokens signed by %s at the same time are all valid', async (algorithm) => {
  gateway = await startGateway({ TOKEN_ALGORITHM: algorithm });
  const one = await machine(gateway);
  built = await startProcess({ ...gateway.env, TOKEN_ALGORITHM: algorithm });
  await built.ready();
  const keys = createRemoteJWKSet(new URL(`${built.url}/oauth2/jwks`));

  // The thread that signs many tokens starts with the first of these requests.
  for (let round = 1; round <= 3; round++) {
    const tokens = await askForMany(built, one);
    const verified = await Promise.all(
      tokens.map((token) => jwtVerify(token, keys, { subject: one.id, algorithms: [algorithm] })),
    );
    expect(new Set(verified.map(({ payload }) => payload.jti)).size).toBe(count);
  }
  expect(built.stderr()).not.toContain('has failed');
});
