import { randomUUID } from 'node:crypto';
import type { Gateway } from '../harness/gateway.js';

/** What there is behind the gateway for requests to be about. */
export interface World {
  /** The tenant that most requests are about, with room for all of them. */
  tenant: string;
  /** Tenants that are suspended, full, or somebody else's. */
  strangers: string[];
  /** Authorization headers of who may create in the tenant. */
  admins: string[];
  /** Of who may not, or not everything, or not any more. */
  others: string[];
  /** Ids of accounts that the tenant has. */
  accounts: string[];
}

/** Accounts that are there before the first generated request. */
export const firstAccounts = 5;

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
  const accounts: string[] = [];
  for (let n = 0; n < firstAccounts; n++) accounts.push((await gateway.create(headers)).body.data.id);
  return { tenant, strangers, admins, others, accounts };
}
