import { defineEntity, p } from '@mikro-orm/core';
import { Tenant } from '../tenants/tenant.entity.js';
import { accountFieldNames, columnOf, entityProperties } from './stored-fields.js';

const ServiceAccountSchema = defineEntity({
  name: 'ServiceAccount',
  tableName: 'service_account',
  properties: {
    /** A version 7 UUID, so that new rows are at the end of the index. */
    id: p.uuid().primary(),
    tenant: () => p.manyToOne(Tenant),
    ...entityProperties,
    /**
     * Whether the name collided with another one before names were compared without regard to case (migration
     * name-key).
     */
    nameExempt: p.boolean().default(false),
    /** The OAuth 2.0 client ID. It is never used for another account, even after this account is removed. */
    clientId: p.text().unique(),
    status: p.enum(['active', 'disabled', 'deleted']).$type<'active' | 'disabled' | 'deleted'>(),
    createdAt: p.datetime(3),
    // The creator, as its access token named it at that time. The realm and the ID identify the creator.
    createdByRealm: p.text(),
    createdById: p.text(),
    createdByName: p.text().nullable(),
    createdByEmail: p.text().nullable(),
    updatedAt: p.datetime(3),
    lastUsedAt: p.datetime(3).nullable(),
    /** The time when the account was deleted. The cleanup removes the row 30 days later (platform/cleanup). */
    deletedAt: p.datetime(3).nullable(),
    /**
     * The generation of new access tokens. Access tokens of earlier generations are inactive. A change that revokes
     * access tokens increases the generation.
     */
    tokenGeneration: p.integer().default(0),
    version: p.integer().version(),
  },
});

export class ServiceAccount extends ServiceAccountSchema.class {}
ServiceAccountSchema.setClass(ServiceAccount);

/** The columns of an account that clients see. */
export const shownColumns = [
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

export type ShownColumn = (typeof shownColumns)[number];

/** An account as clients see it: an entity, or a row that a hand-written statement returns. */
export type ServiceAccountRow = Pick<ServiceAccount, ShownColumn>;

/** The columns of a `ServiceAccountRow`. The statement must name the table `account`. */
export const accountColumns = shownColumns.map((name) => `account.${columnOf(name)} as "${name}"`).join(', ');

/**
 * The same columns of a subquery that selects them. Columns other than the ID are null unless they are in a set. A null
 * costs the gateway little, while node-postgres parses each value.
 * @param subquery its name in the statement
 * @param set SQL for the set of columns, an integer: bit `n` stands for column `n` of `shownColumns`
 */
export const accountColumnsOf = (subquery: string, set: string): string =>
  shownColumns
    .map((name, at) => {
      const column = `${subquery}."${name}"`;
      return name === 'id' ? column : `case when ${set} & ${1 << at} <> 0 then ${column} end as "${name}"`;
    })
    .join(', ');
