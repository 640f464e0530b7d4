import { defineEntity, p } from '@mikro-orm/core';
import { Tenant } from '../tenants/tenant.entity.js';
import { accountFieldNames, columnOf, entityProperties } from './stored-fields.js';

export const ServiceAccountSchema = defineEntity({
  name: 'ServiceAccount',
  tableName: 'service_account',
  properties: {
    /** A UUID of version 7, so that new rows go to the end of the index. */
    id: p.uuid().primary(),
    tenant: () => p.manyToOne(Tenant),
    ...entityProperties,
    /** Unique for ever: a client id is never given to another account. */
    clientId: p.text().unique(),
    status: p.enum(['active', 'disabled', 'deleted']).$type<'active' | 'disabled' | 'deleted'>(),
    createdAt: p.datetime(3),
    // The creator as the token named it at that time. A caller is the pair (realm, id).
    createdByRealm: p.text(),
    createdById: p.text(),
    createdByName: p.text().nullable(),
    createdByEmail: p.text().nullable(),
    updatedAt: p.datetime(3),
    lastUsedAt: p.datetime(3).nullable(),
    /** The row is removed 30 days later (platform/cleanup). */
    deletedAt: p.datetime(3).nullable(),
    /** Tokens of an earlier generation are dead. Raised by what must end them for good. */
    tokenGeneration: p.integer().default(0),
    version: p.integer().version(),
  },
});

export class ServiceAccount extends ServiceAccountSchema.class {}
ServiceAccountSchema.setClass(ServiceAccount);

const shownColumns = [
  'id',
  ...accountFieldNames,
  'clientId',
  'status',
  'createdAt',
  'createdByRealm',
  'createdById',
  'createdByName',
  'createdByEmail',
  'updatedAt',
  'lastUsedAt',
  'deletedAt',
  'version',
] as const;

/** An account as clients see it: an entity, or a row of a hand-written statement. */
export type ServiceAccountRow = Pick<ServiceAccount, (typeof shownColumns)[number]>;

/** The columns of a ServiceAccountRow, in a statement that calls the table `account`. */
export const accountColumns = shownColumns.map((name) => `account.${columnOf(name)} as "${name}"`).join(', ');
