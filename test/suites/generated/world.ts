import { randomUUID } from 'node:crypto';
import { newPublicKey } from '../../features/service-accounts/keys/key-calls.js';
import type { Gateway } from '../../harness/gateway.js';

/** The tenants, callers and accounts of generated requests. */
export interface World {
  /** The tenant of most requests, which has room for all accounts. */
  tenant: string;
  /** Tenants that are suspended, full, or of another administrator. */
  strangers: string[];
  /** Tenants without accounts, which requests may change. */
  spare: string[];
  /** Authorization headers of callers that may create accounts in the tenant. */
  admins: string[];
  /** Authorization headers of callers without these rights, or with an invalid token. */
  others: string[];
  /** The ids of the first accounts of the tenant. */
  accounts: string[];
  clientIds: string[];
  /** The secrets of these accounts, in the form of the input that revokes them. */
  secrets: { id: string; secretId: string }[];
  /** The first secrets of these accounts. */
  clientSecrets: string[];
  /** The public keys of these accounts, one each, in the form of the input that removes them. */
  keys: { id: string; keyId: string }[];
  /** The trusts of these accounts, one each, in the form of the input that removes them. */
  trusts: { id: string; trustId: string }[];
  /** Cursors in the list of accounts. */
  places: Place[];
}

/** A cursor, and the order that it belongs to. */
export interface Place {
  orderBy: { field: string; direction: string };
  cursor: string;
}

/** The number of accounts before the first request. It is large, since requests on one of them wait in line. */
export const firstAccounts = 30;

export async function createWorld(gateway: Gateway): Promise<World> {
  const tenant = await gateway.createTenant({ limit: 1_000_000 });
  const strangers = await Promise.all([
    gateway.createTenant({ status: 'suspended' }),
    gateway.createTenant({ limit: 0 }),
    gateway.createTenant(),
  ]);
  const bearer = async (claims: object) => `Bearer ${await gateway.issuer.sign({ ...claims })}`;
  const tenants = [tenant, ...strangers.slice(0, 2)];
  const admins = [
    await bearer({ sub: 'admin', name: 'Ada', email: 'ada@example.com', roles: ['tenant_admin'], tenants }),
    await bearer({ sub: 'nameless', roles: ['tenant_admin', 'tenant_viewer'], tenants: [tenant] }),
    await bearer({ sub: 'super', name: '\u202eƎve 𝒳', roles: ['super_admin'] }),
    await bearer({ sub: 'root', roles: ['super_admin'] }),
    await bearer({ sub: 'owner', email: 'owner@example.com', roles: ['super_admin', 'tenant_viewer'] }),
  ];
  const others = [
    await bearer({ roles: ['tenant_viewer'], tenants }),
    await bearer({ roles: ['tenant_admin'], tenants: [randomUUID()] }),
    await bearer({ roles: [], tenants }),
    await bearer({ roles: ['super_admin'], exp: 1 }),
    await bearer({ roles: ['super_admin'], aud: 'another audience' }),
    `Bearer ${await gateway.partner.sign({ roles: ['tenant_admin'], tenants: [gateway.partnerTenant] })}`,
  ];
  const headers = { authorization: admins[0] ?? '', 'x-tenantid': tenant };
  const created: { id: string; clientId: string; clientSecret: string }[] = [];
  for (let n = 0; n < firstAccounts; n++) created.push((await gateway.create(headers)).body.data);
  const secrets = await gateway.sql<{ id: string; secretId: string }>(
    `select 'sa-' || service_account_id as id, 'secret-' || id as "secretId" from service_account_secret`,
  );
  const add = async (id: string, what: 'key' | 'trust', input: object) => {
    const added = await gateway.request(`/api/v1/admin/service-account/${id}/${what}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    return added.body.data[what].id;
  };
  const keys: World['keys'] = [];
  const trusts: World['trusts'] = [];
  for (const { id } of created) {
    keys.push({ id, keyId: await add(id, 'key', { publicKey: newPublicKey() }) });
    trusts.push({ id, trustId: await add(id, 'trust', { issuer: 'ci', subject: 'first' }) });
  }
  return {
    tenant,
    strangers,
    spare: await Promise.all(Array.from({ length: 40 }, () => gateway.createTenant())),
    admins,
    others,
    accounts: created.map(({ id }) => id),
    clientIds: created.map(({ clientId }) => clientId),
    clientSecrets: created.map(({ clientSecret }) => clientSecret),
    secrets,
    keys,
    trusts,
    places: await placesOf(gateway, headers),
  };
}

async function placesOf(gateway: Gateway, headers: Record<string, string>): Promise<Place[]> {
  const fields = ['CREATED_AT', 'NAME', 'LAST_USED_AT'];
  const orders = fields.flatMap((field) => ['ASC', 'DESC'].map((direction) => ({ field, direction })));
  const query =
    'query ($orderBy: ServiceAccountOrder) { list: serviceAccounts(orderBy: $orderBy) { edges { cursor } } }';
  const places: Place[] = [];
  for (const orderBy of orders) {
    const { edges } = (await gateway.graphql(headers, query, { orderBy })).body.data.list;
    places.push(...edges.map(({ cursor }: { cursor: string }) => ({ orderBy, cursor })));
  }
  return places;
}
