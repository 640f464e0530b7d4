import { defineEntity, p } from '@mikro-orm/core';
import { Tenant } from '../tenants/tenant.entity.js';

/** An audience in the audience catalog: an API for which access tokens are issued if a request names it. */
const AudienceSchema = defineEntity({
  name: 'Audience',
  tableName: 'audience',
  properties: {
    /** The URI as it is compared (audience-uri.ts). */
    uriKey: p.text().primary(),
    /** The URI as it is in access tokens. */
    uri: p.text(),
    name: p.text(),
    /** The permissions that the API knows, sorted. */
    permissions: p.array().columnType('text[]'),
    /** The tenant whose accounts get access tokens for the audience. Null for all tenants. */
    tenant: () => p.manyToOne(Tenant).nullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export class Audience extends AudienceSchema.class {}
AudienceSchema.setClass(Audience);

/** An audience as clients see it: an entity, or a row that a hand-written statement returns. */
export type AudienceFields = Pick<Audience, 'uri' | 'name' | 'permissions' | 'createdAt' | 'updatedAt'> & {
  tenantId: string | null;
};

/** The columns of `AudienceFields`. The statement must name the table `audience`. */
export const audienceColumns = `
  audience.uri, audience.name, audience.permissions, audience.tenant_id as "tenantId",
  audience.created_at as "createdAt", audience.updated_at as "updatedAt"`;
