import { defineEntity, p } from '@mikro-orm/core';
import { Tenant } from '../tenants/tenant.entity.js';
import { accountFieldNames, columnOf, entityProperties } from './stored-fields.js';

const ServiceAccountSchema = defineEntity({
  name: 'ServiceAccount',
  tableName: 'service_account',
  properties: {
    /** A UUID of version 7, so that new rows go to the end of the index. */
    id: p.uuid().primary(),
    tenant: () => p.manyToOne(Tenant),
    ...entityProperties,
    /** The OAuth 2.0 client id. It is never given to another account, even when this one is gone. */
    clientId: p.text().unique(),
    status: p.enum(['active', 'disabled', 'deleted']).$type<'active' | 'disabled' | 'deleted'>(),
    createdAt: p.datetime(3),
    // These four are the creator as its token named it at that time. The realm and the id identify a caller.
    createdByRealm: p.text(),
    createdById: p.text(),
    createdByName: p.text().nullable(),
    createdByEmail: p.text().nullable(),
    updatedAt: p.datetime(3),
    lastUsedAt: p.datetime(3).nullable(),
    /** When the account was deleted. The clean-up removes the row 30 days later (platform/cleanup). */
    deletedAt: p.datetime(3).nullable(),
    /**
     * The generation of new tokens. Tokens of earlier generations are not valid; a change that must end them raises it.
     */
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
