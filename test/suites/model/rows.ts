import type { Site } from './site.js';
import type { Snapshot } from './snapshot.js';

export interface SecretRow {
  id: string;
  hint: string;
  revoked: boolean;
  /** The end of the secret in milliseconds since 1970. */
  endsAt: number | null;
}

export interface EventRow {
  action: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** A stored account with its secrets and events. */
export interface Row {
  id: string;
  version: number;
  snapshot: Snapshot;
  secrets: SecretRow[];
  /** The events in the order of the audit log. */
  events: EventRow[];
}

/**
 * Reads the accounts of the tenant with these ids, or all of them. Events of the same millisecond are in the order of
 * their ids, because the UUIDs of version 7 of one gateway increase (RFC 9562, section 6.2).
 */
export const readRows = ({ gateway, tenant }: Site, ids?: string[]): Promise<Row[]> =>
  gateway.sql<Row>(
    `select 'sa-' || account.id as id, version,
       jsonb_build_object('name', name, 'description', description, 'owner', owner, 'contact', contact, 'labels', labels,
         'permissions', permissions, 'status', status, 'tokenLifetimeSeconds', token_lifetime_seconds,
         'ipAllowlist', ip_allowlist,
         'expiresAt', to_char(account.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as snapshot,
       coalesce((
         select jsonb_agg(jsonb_build_object('id', 'secret-' || secret.id, 'hint', hint,
           'revoked', revoked_at is not null,
           'endsAt', (extract(epoch from secret.expires_at) * 1000)::bigint) order by created_at, secret.id)
         from service_account_secret secret where service_account_id = account.id), '[]') as secrets,
       coalesce((
         select jsonb_agg(jsonb_build_object('action', action, 'before', before, 'after', after)
           order by occurred_at, event.id)
         from audit_event event
         where event.tenant_id = account.tenant_id and target = 'sa-' || account.id), '[]') as events
     from service_account account
     where tenant_id = $1 and ($2::text[] is null or 'sa-' || account.id = any ($2))
     order by account.id`,
    [tenant, ids ?? null],
  );

export const isLive = ({ revoked, endsAt }: SecretRow): boolean =>
  !revoked && (endsAt === null || endsAt > Date.now());
