import { v7 as uuid } from 'uuid';
import { recordChange } from '../../../platform/audit/insert-events.js';
import type { Context } from '../../../platform/context.js';
import { run } from '../../../platform/database/sql.js';
import { type StoredColumns, storeResponse } from '../../../platform/idempotency/stored-response.js';
import { publicId } from '../../../platform/ids.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { type LockedAccount, requireNotDeleted } from '../locked-accounts.js';
import { type Existing, requireRoom } from '../require-room.js';
import { toServiceAccountType } from '../service-account.type.js';
import type { TrustRow } from './service-account-trust.entity.js';
import { type TrustPayload, toTrustType } from './service-account-trust.type.js';
import { auditedTrust, isLiveSql, maxTrusts, trustColumns } from './stored-trusts.js';
import { digestOf, type Requirements } from './trust-rules.js';

export interface NewTrust extends Requirements {
  /** The name of the issuer. */
  name: string;
  expiresAt: Date | null;
}

/** Adds a trust to a locked account, records it, and stores the response for retries. @throws AppError CONFLICT */
export async function insertTrust(
  { em, account, tenant, at }: LockedAccount,
  given: NewTrust,
  store: (secrets: string) => StoredColumns,
  context: Context,
): Promise<TrustPayload> {
  requireNotDeleted(account);
  const digest = digestOf(given);
  const [found] = await run<Existing>(em, { text: findSql, values: [account.id, digest] });
  if (found) requireRoom(found, kind);
  const { name, issuer, subject, audience, claims, expiresAt } = given;
  const [trust] = await run<TrustRow>(em, {
    text: insertSql,
    values: [uuid(), account.id, name, issuer, subject, audience, JSON.stringify(claims), digest, expiresAt],
  });
  if (!trust) throw new Error('No trust was stored');
  await recordChange(em, context, {
    action: 'service_account.add_trust',
    tenantId: tenant.id,
    target: publicId('ServiceAccount', account.id),
    at,
    after: auditedTrust(trust),
  });
  const serviceAccount = toServiceAccountType(account, toTenantType(tenant));
  const payload = { serviceAccount, trust: toTrustType(trust) };
  // The response contains no secret, so there is nothing to seal.
  await storeResponse(em, store(''), [trust.id], payload);
  return payload;
}

const kind = { type: 'ServiceAccountTrust', noun: 'trust', field: 'subject', max: maxTrusts } as const;

/** Reads the trusts of an account whose row is locked, so that no other request adds one in the meantime. */
const findSql = `
  select
    (array_agg(trust.id) filter (where trust.digest = $2))[1] as "sameId",
    count(*) filter (where ${isLiveSql})::integer as count
  from service_account_trust trust where trust.service_account_id = $1`;

const insertSql = `
  insert into service_account_trust as trust (
    id, service_account_id, issuer_name, issuer, subject, audience, claims, digest, expires_at, created_at
  )
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, date_trunc('milliseconds', statement_timestamp()))
  returning ${trustColumns}`;
