import type { MigrationObject } from '@mikro-orm/postgresql';
import { Migration20261124Idempotency } from './migration-20261124-idempotency.js';
import { Migration20261124Initial } from './migration-20261124-initial.js';
import { Migration20261124Life } from './migration-20261124-life.js';
import { Migration20261124RateLimits } from './migration-20261124-rate-limits.js';
import { Migration20261124Trail } from './migration-20261124-trail.js';
import { Migration20261128Tokens } from './migration-20261128-tokens.js';
import { Migration20261129Contact } from './migration-20261129-contact.js';
import { Migration20261129ExternalIds } from './migration-20261129-external-ids.js';
import { Migration20261129IntrospectAll } from './migration-20261129-introspect-all.js';
import { Migration20261130AccountKeys } from './migration-20261130-account-keys.js';
import { Migration20261130AccountTrusts } from './migration-20261130-account-trusts.js';
import { Migration20261130Assertions } from './migration-20261130-assertions.js';
import { Migration20261130Audiences } from './migration-20261130-audiences.js';
import { Migration20261130AuditMinutes } from './migration-20261130-audit-minutes.js';
import { Migration20261130AuditPartitions } from './migration-20261130-audit-partitions.js';
import { Migration20261130IpAllowlist } from './migration-20261130-ip-allowlist.js';
import { Migration20261130MaxTokenLifetime } from './migration-20261130-max-token-lifetime.js';
import { Migration20261130NameKey } from './migration-20261130-name-key.js';
import { Migration20261130TokenLifetime } from './migration-20261130-token-lifetime.js';

/**
 * The migrations in the order in which they run. The name of a migration must never change after it has run anywhere.
 * docs/upgrades.md explains what a migration may do while gateways of the previous version continue to run.
 */
export const migrations: MigrationObject[] = [
  { name: '20261124-initial', class: Migration20261124Initial },
  { name: '20261124-idempotency', class: Migration20261124Idempotency },
  { name: '20261124-rate-limits', class: Migration20261124RateLimits },
  { name: '20261124-life', class: Migration20261124Life },
  { name: '20261124-trail', class: Migration20261124Trail },
  { name: '20261128-tokens', class: Migration20261128Tokens },
  { name: '20261129-contact', class: Migration20261129Contact },
  { name: '20261129-external-ids', class: Migration20261129ExternalIds },
  { name: '20261129-introspect-all', class: Migration20261129IntrospectAll },
  { name: '20261130-audit-minutes', class: Migration20261130AuditMinutes },
  // Gateways lock a tenant or an account before they write to the audit log, and the creation of an account locks the
  // tenants before the accounts. Migrations in another order would cause deadlocks.
  { name: '20261130-max-token-lifetime', class: Migration20261130MaxTokenLifetime },
  { name: '20261130-name-key', class: Migration20261130NameKey },
  { name: '20261130-audit-partitions', class: Migration20261130AuditPartitions },
  { name: '20261130-account-keys', class: Migration20261130AccountKeys },
  { name: '20261130-assertions', class: Migration20261130Assertions },
  { name: '20261130-token-lifetime', class: Migration20261130TokenLifetime },
  { name: '20261130-audiences', class: Migration20261130Audiences },
  { name: '20261130-account-trusts', class: Migration20261130AccountTrusts },
  { name: '20261130-ip-allowlist', class: Migration20261130IpAllowlist },
];
