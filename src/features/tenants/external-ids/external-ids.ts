import type { Pool } from 'pg';
import { Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context, Fetch } from '../../../platform/context.js';
import { type Database, prepared } from '../../../platform/database/sql.js';
import { TenantType } from '../tenant.type.js';
import { TenantExternalIdType } from './external-id.type.js';

type Row = TenantExternalIdType & { tenantId: string };

const findRows = prepared<Row>(
  'find-external-ids',
  `select tenant_id as "tenantId", realm, external_id as id from tenant_external_id
   where tenant_id = any ($1::uuid[]) order by realm, external_id`,
);

/** Reads the external IDs of tenants, ordered by realm and ID. @returns a list for each tenant */
export async function findExternalIds(
  on: Database,
  tenantIds: readonly string[],
): Promise<TenantExternalIdType[][]> {
  const byTenant = new Map(tenantIds.map((id): [string, TenantExternalIdType[]] => [id, []]));
  const rows = await findRows(on, [[...byTenant.keys()]]);
  for (const { tenantId, realm, id } of rows) byTenant.get(tenantId)?.push({ realm, id });
  return tenantIds.map((id) => byTenant.get(id) ?? []);
}

/** The field `Tenant.externalIds`. One statement reads it for all tenants of a response. */
@Resolver(() => TenantType)
export class ExternalIds {
  constructor(private readonly pool: Pool) {}

  // Most tenants have one or two external IDs, and only a super_admin can add more. The cost of the maximum would
  // exclude the field from the tenants of a viewer and from a page of accounts.
  @Extensions({ cost: 10 })
  @FieldResolver(() => [TenantExternalIdType], {
    description:
      'The external IDs of the tenant, by which access tokens may name it instead of its ID, ordered by realm and ID.',
  })
  async externalIds(
    @Root() { id, externalIds }: TenantType,
    @Ctx() context: Context,
  ): Promise<TenantExternalIdType[]> {
    return externalIds ?? context.load(this.fetch, id);
  }

  private readonly fetch: Fetch<string, TenantExternalIdType[]> = (ids) => findExternalIds(this.pool, ids);
}
