import { IdempotencyKey } from '../platform/idempotency/idempotency-key.entity.js';
import { Audience } from './audiences/audience.entity.js';
import { AuditEvent } from './audit/audit-event.entity.js';
import { Permission } from './permissions/permission.entity.js';
import { ServiceAccountKey } from './service-accounts/keys/service-account-key.entity.js';
import { ServiceAccountSecret } from './service-accounts/secrets/service-account-secret.entity.js';
import { ServiceAccount } from './service-accounts/service-account.entity.js';
import { ServiceAccountTrust } from './service-accounts/trusts/service-account-trust.entity.js';
import { Tenant } from './tenants/tenant.entity.js';

/** All entities of MikroORM. */
export const entities = [
  Audience,
  AuditEvent,
  IdempotencyKey,
  Permission,
  ServiceAccount,
  ServiceAccountKey,
  ServiceAccountSecret,
  ServiceAccountTrust,
  Tenant,
];
