import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { moveClock, restoreClock } from '../../harness/clock.js';
import type { Gateway } from '../../harness/gateway.js';
import { createIssuer } from '../../harness/issuer.js';
import { startAtOwnUrl } from '../../harness/own-url.js';
import { decode, getToken, type Machine, machine } from './machine.js';
import { type ResourceServer, startResourceServer } from './resource-server.js';

/** Starts an API that accepts the tokens of one issuer for one audience. Reading orders takes `api:read`. */
type Build = (issuer: string, audience: string) => Promise<ResourceServer>;

/** Checks tokens with jose alone, as docs/checking-tokens.md shows. */
const withJose: Build = (issuer, audience) => {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const rules = {
    issuer,
    audience,
    typ: 'at+jwt',
    algorithms: ['ES256', 'EdDSA'],
    requiredClaims: ['exp', 'sub', 'client_id', 'tenant_id'],
  };
  return startResourceServer(async (request, response) => {
    const [, token = ''] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    try {
      const { payload } = await jwtVerify<{ scope?: string }>(token, keys, rules);
      if (!payload.scope?.split(' ').includes('api:read')) {
        response.writeHead(403, { 'www-authenticate': 'Bearer error="insufficient_scope"' }).end();
        return;
      }
      response.end(JSON.stringify({ sub: payload.sub }));
    } catch {
      response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
    }
  });
};

const withMiddleware: Build = (issuerBaseURL, audience) => {
  const app = express();
  app.use(auth({ issuerBaseURL, audience, strict: true }));
  app.get('/orders', requiredScopes('api:read'), (request, response) => {
    response.json({ sub: request.auth?.payload.sub });
  });
  app.use(((error, _request, response, _next) => {
    response
      .status(error.status ?? 500)
      .set(error.headers ?? {})
      .end();
  }) as express.ErrorRequestHandler);
  return startResourceServer(app);
};

const builds = { jose: withJose, 'express-oauth2-jwt-bearer': withMiddleware };

describe.each(['ES256', 'EdDSA'])('tokens signed by %s', (algorithm) => {
  let gateway: Gateway;
  let one: Machine;
  beforeAll(async () => {
    gateway = await startAtOwnUrl({ TOKEN_ALGORITHM: algorithm });
    one = await machine(gateway, { permissions: ['api:read', 'api:write'] });
  });
  afterEach(restoreClock);
  afterAll(() => gateway.close());

  test('have an algorithm of the metadata, from which libraries learn what they may accept', async () => {
    const { header } = decode(await getToken(gateway, one));
    const { body } = await gateway.request('/oauth2/.well-known/openid-configuration');
    expect(body.id_token_signing_alg_values_supported).toContain(header.alg);
  });

  describe.each(Object.entries(builds))('at an API with %s', (_name, build) => {
    let api: ResourceServer;
    beforeAll(async () => {
      api = await build(`${gateway.url}/oauth2`, `${gateway.url}/api`);
    });
    afterAll(() => api.close());

    test('are accepted', async () => {
      const token = await getToken(gateway, one);
      expect(decode(token).header.alg).toBe(algorithm);
      expect(await api.call(token)).toEqual({ status: 200, challenge: null, body: { sub: one.id } });
    });

    test('are refused for another audience', async () => {
      const other = await build(`${gateway.url}/oauth2`, 'https://other.example.com/api');
      try {
        const { status, challenge } = await other.call(await getToken(gateway, one));
        expect(status).toBe(401);
        expect(challenge).toContain('error="invalid_token"');
      } finally {
        await other.close();
      }
    });

    test('are refused without the scope', async () => {
      const { status, challenge } = await api.call(await getToken(gateway, one, { scope: 'api:write' }));
      expect(status).toBe(403);
      expect(challenge).toContain('error="insufficient_scope"');
    });

    test('are refused after they have expired', async () => {
      const token = await getToken(gateway, one);
      moveClock(590);
      expect((await api.call(token)).status).toBe(200);
      moveClock(610);
      expect((await api.call(token)).status).toBe(401);
    });

    test.each<[string, () => string | undefined | Promise<string | undefined>]>([
      ['no token', () => undefined],
      ['no JWT', () => 'hunter2'],
      [
        'another payload under the same signature',
        async () => {
          const [header, , signature] = (await getToken(gateway, one)).split('.');
          const { payload } = decode(await getToken(gateway, one));
          const other = Buffer.from(JSON.stringify({ ...payload, sub: 'sa-other' })).toString('base64url');
          return `${header}.${other}.${signature}`;
        },
      ],
      [
        'what another issuer has signed under the id of a key',
        async () => {
          const { header, payload } = decode(await getToken(gateway, one));
          return (await createIssuer('stranger', algorithm)).sign(payload, header);
        },
      ],
    ])('are needed: %s is refused', async (_what, token) => {
      expect((await api.call(await token())).status).toBe(401);
    });
  });
});
