import { defineEntity, p } from '@mikro-orm/core';
import { Tenant } from '../tenants/tenant.entity.js';

export type ServiceAccountStatus = 'active' | 'disabled' | 'deleted';

export const ServiceAccountSchema = defineEntity({
  name: 'ServiceAccount',
  tableName: 'service_account',
  properties: {
    /** Shown as `sa-<uuid>`. Version 7, so that new rows go to the end of the index. */
    id: p.uuid().primary(),
    tenant: () => p.manyToOne(Tenant),
    /** Unique among the tenant's accounts that are not deleted. */
    name: p.text(),
    description: p.text().nullable(),
    owner: p.text().nullable(),
    labels: p.json().$type<Record<string, string>>(),
    /** Unique for ever: never given to another account. */
    clientId: p.text().unique(),
    status: p.enum(['active', 'disabled', 'deleted']).$type<ServiceAccountStatus>(),
    permissions: p.array().columnType('text[]'),
    createdAt: p.datetime(3),
    // The creator as the token told it then. A caller is the pair (realm, id).
    createdByRealm: p.text(),
    createdById: p.text(),
    createdByName: p.text().nullable(),
    createdByEmail: p.text().nullable(),
    updatedAt: p.datetime(3),
    lastUsedAt: p.datetime(3).nullable(),
    expiresAt: p.datetime(3).nullable(),
    /** It is removed 30 days later. */
    deletedAt: p.datetime(3).nullable(),
    /** Tokens of earlier ones are dead: raised where enabling again must not revive them. */
    tokenGeneration: p.integer().default(0),
    version: p.integer().version(),
  },
});

export class ServiceAccount extends ServiceAccountSchema.class {}
ServiceAccountSchema.setClass(ServiceAccount);
