import { randomUUID } from 'node:crypto';
import type { Gateway } from '../../harness/gateway.js';

/** The tenants, callers and accounts that generated requests are about. */
export interface World {
  /** The tenant that most requests are about, with room for all of them. */
  tenant: string;
  /** Tenants that are suspended, full, or somebody else's. */
  strangers: string[];
  /** Tenants without accounts, for changes of tenants to be about. */
  spare: string[];
  /** Authorization headers of who may create in the tenant. */
  admins: string[];
  /** Authorization headers of those who may not create, or not everything, or not any more. */
  others: string[];
  /** Ids of accounts that the tenant has. */
  accounts: string[];
  clientIds: string[];
  /** A secret of each, as the input of who revokes it. */
  secrets: { id: string; secretId: string }[];
  /** Places in the list of accounts. */
  places: Place[];
}

/** A cursor, and the order that it is good for. */
export interface Place {
  orderBy: { field: string; direction: string };
  cursor: string;
}

/** Accounts that are there before the first generated request: requests about the same one wait for each other. */
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
    await bearer({ sub: 'owner', email: 'owner@example.com', roles: ['super_admin', 'tenant_viewer'] }),
  ];
  const others = [
    await bearer({ roles: ['tenant_viewer'], tenants }),
    await bearer({ roles: ['tenant_admin'], tenants: [randomUUID()] }),
    await bearer({ roles: [], tenants }),
    await bearer({ roles: ['super_admin'], exp: 1 }),
    await bearer({ roles: ['super_admin'], aud: 'somebody else' }),
    `Bearer ${await gateway.partner.sign({ roles: ['tenant_admin'], tenants: [gateway.partnerTenant] })}`,
  ];
  const headers = { authorization: admins[0] ?? '', 'x-tenantid': tenant };
  const created: { id: string; clientId: string }[] = [];
  for (let n = 0; n < firstAccounts; n++) created.push((await gateway.create(headers)).body.data);
  const secrets = await gateway.sql<{ id: string; secretId: string }>(
    `select 'sa-' || service_account_id as id, 'secret-' || id as "secretId" from service_account_secret`,
  );
  return {
    tenant,
    strangers,
    spare: await Promise.all(Array.from({ length: 40 }, () => gateway.createTenant())),
    admins,
    others,
    accounts: created.map(({ id }) => id),
    clientIds: created.map(({ clientId }) => clientId),
    secrets,
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
