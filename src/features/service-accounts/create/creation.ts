import { actorOf } from '../../../platform/audit/insert-events.js';
import { isSuperAdmin } from '../../../platform/auth/caller.js';
import { type Context, callerOf, tenantIdOf } from '../../../platform/context.js';
import type { Pepper } from '../../../platform/crypto.js';
import type { StoredColumns } from '../../../platform/idempotency/stored-response.js';
import { newUuid } from '../../../platform/ids.js';
import type { JoinedTenant } from '../../tenants/joined-tenant.js';
import type { Tenant } from '../../tenants/tenant.entity.js';
import { generateClientId } from '../client-id.js';
import { hashSecret, hintOf } from '../secrets/secret.js';
import type { ServiceAccountRow } from '../service-account.entity.js';
import { columnTypes, type NormalizedFields, toColumns } from '../stored-fields.js';

/** The values of an account that the gateway chooses or receives, with their SQL types. */
export const valueTypes: Record<string, string> = {
  tenant_id: 'uuid',
  id: 'uuid',
  client_id: 'text',
  ...columnTypes,
  actor: 'jsonb',
  may_grant_restricted: 'boolean',
  skipped_names: 'integer',
  secret_id: 'uuid',
  hash: 'bytea',
  pepper_version: 'text',
  hint: 'text',
  event_id: 'uuid',
  key_hashes: 'bytea[]',
  fingerprint: 'bytea',
  sealed_secrets: 'bytea[]',
};

/** An account to create. */
export interface Creation {
  tenantId: string;
  /** The values of the account by the names of `valueTypes`. A missing value is null. */
  values: { id: string } & Record<string, unknown>;
  /** Texts that no two accounts of a statement may share, because one of them would violate a unique index. */
  unique: readonly string[];
}

/** What a request wants to create. */
export interface Wanted {
  fields: NormalizedFields;
  /** Null if the account gets no secret. */
  clientSecret: string | null;
  stored: StoredColumns;
}

/**
 * Chooses the values of an account.
 * @param attempt the number of earlier attempts, which is also the number of automatic names to skip
 */
export function creationOf(
  { fields, clientSecret, stored: { hashes, fingerprint, sealedSecrets } }: Wanted,
  attempt: number,
  peppers: readonly Pepper[],
  context: Context,
): Creation {
  const tenantId = tenantIdOf(context);
  const { name } = fields;
  const keyHashes = hashes?.map(toHex) ?? [];
  return {
    tenantId,
    values: {
      tenant_id: tenantId,
      id: newUuid(),
      client_id: generateClientId(),
      ...toColumns(fields),
      actor: actorOf(context),
      may_grant_restricted: isSuperAdmin(callerOf(context)),
      skipped_names: attempt,
      ...(clientSecret !== null && secretValues(clientSecret, peppers)),
      event_id: newUuid(),
      ...(hashes && { key_hashes: keyHashes }),
      fingerprint: fingerprint && toHex(fingerprint),
      sealed_secrets: sealedSecrets?.map(toHex),
    },
    unique: typeof name === 'string' ? [`${tenantId} ${name.toLowerCase()}`, ...keyHashes] : keyHashes,
  };
}

function secretValues(clientSecret: string, peppers: readonly Pepper[]) {
  const { hash, pepperVersion } = hashSecret(clientSecret, peppers);
  return {
    secret_id: newUuid(),
    hash: toHex(hash),
    pepper_version: pepperVersion,
    hint: hintOf(clientSecret),
  };
}

/** Returns bytes in PostgreSQL's hex format for `bytea`, because JSON has no bytes. */
const toHex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;

/** The state in the snapshot of the statement. It shows why an account was not created. */
export interface Findings {
  /** The status of the tenant. Null if the tenant does not exist. */
  foundStatus: Tenant['status'] | null;
  unknownPermissions: string[];
  restrictedPermissions: string[];
  nameTaken: boolean;
  limit: number;
  count: number;
  keyUsed: boolean;
  /** Whether the state shows no reason why the account cannot be created. */
  valid: boolean;
  /** The ID with which the account was tried. */
  triedId: string;
}

/** The new account, and its tenant at the time of the creation. */
export type CreatedRow = ServiceAccountRow & JoinedTenant;

/** The result for an account. */
export type TriedRow = Findings & (CreatedRow | { id: null });
