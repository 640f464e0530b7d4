// A plain GraphQL server as one would write it in a day: Apollo Server, Express, a pool of ten connections, and a
// prepared statement for each operation. It verifies the access token once, and has none of the gateway's rules, audit
// log of denials, rate limits, log, metrics, filters or idempotency. It responds to the same requests with the same
// facts. It runs in its own process, which gets its Setup from its parent, sends back the port, and ends with its parent.
import { createHash, randomBytes } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { importJWK, jwtVerify } from 'jose';
import pg from 'pg';
import { createSql, listSql } from './plain.sql.js';
import { typeDefs } from './plain-schema.js';

/**
 * @typedef {object} Setup
 * @property {import('../gateway.js').Connection} connection
 * @property {import('jose').JWK} publicKey verifies the access tokens
 */

/** @typedef {{ caller: object, tenant: string }} Context */

process.once('disconnect', () => process.exit());
process.once('message', async (/** @type {Setup} */ setup) => {
  process.send?.({ port: await serve(setup) });
});

/** @param {Setup} setup @returns {Promise<number>} the port */
async function serve({ connection, publicKey }) {
  const pool = new pg.Pool({ ...connection, max: 10 });
  const key = await importJWK(publicKey, 'ES256');
  /** @type {Map<string, object>} */
  const callers = new Map();

  /** @param {import('express').Request} request @returns {Promise<Context>} */
  async function contextOf({ headers }) {
    const token = headers.authorization?.slice('Bearer '.length) ?? '';
    let caller = callers.get(token);
    if (!caller) {
      const { payload } = await jwtVerify(token, key);
      caller = { realm: 'development', id: payload.sub, name: payload.name, email: payload.email };
      callers.set(token, caller);
    }
    return { caller, tenant: `${headers['x-tenantid']}` };
  }

  /** @param {Context} context */
  async function create({ caller, tenant }) {
    const clientSecret = `sa_secret_${randomBytes(24).toString('base64url')}`;
    const hash = createHash('sha256').update(clientSecret).digest();
    const random = randomBytes(6).toString('hex');
    const values = [
      tenant,
      `service-account-${random}`,
      `sa_client_${random}`,
      caller,
      hash,
      clientSecret.slice(-4),
    ];
    const { rows } = await pool.query({ name: 'create', text: createSql, values });
    if (!rows[0]) throw new Error('The tenant does not exist or has reached its limit');
    return { serviceAccount: toAccount(rows[0]), clientSecret };
  }

  /** @param {Context} context @param {number} first */
  async function list({ tenant }, first) {
    const { rows } = await pool.query({ name: 'list', text: listSql, values: [tenant, first + 1] });
    const nodes = rows.slice(0, first).map(toAccount);
    return { nodes, pageInfo: { hasNextPage: rows.length > first, endCursor: nodes.at(-1)?.id } };
  }

  const resolvers = {
    Query: {
      serviceAccounts: (
        /** @type {unknown} */ _root,
        /** @type {{ first: number }} */ { first },
        /** @type {Context} */ context,
      ) => list(context, first),
    },
    Mutation: {
      createServiceAccount: (
        /** @type {unknown} */ _root,
        /** @type {object} */ _input,
        /** @type {Context} */ context,
      ) => create(context),
    },
  };
  const apollo = new ApolloServer({ typeDefs, resolvers });
  await apollo.start();

  const app = express();
  app.use('/graphql', express.json(), expressMiddleware(apollo, { context: ({ req }) => contextOf(req) }));
  app.post('/api/v1/admin/service-account/create', async (request, response) => {
    const { serviceAccount, clientSecret } = await create(await contextOf(request));
    const { id, name, clientId, type, status, permissions, createdAt, createdBy, tenant } = serviceAccount;
    const data = {
      id,
      name,
      clientId,
      clientSecret,
      type,
      status,
      permissions,
      createdAt,
      createdBy,
      tenant,
    };
    response.json({ success: true, message: 'Service account created successfully', data });
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

/** @param {Record<string, any>} row */
const toAccount = (row) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  owner: row.owner,
  labels: row.labels,
  clientId: row.client_id,
  type: 'SERVICE_ACCOUNT',
  status: row.status,
  permissions: row.permissions,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  updatedAt: row.updated_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString(),
  expiresAt: row.expires_at?.toISOString(),
  version: row.version,
  tenant: { id: row.tenant_id, name: row.tenant_name },
});
