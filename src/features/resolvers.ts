import type { Pool } from 'pg';
import type { WorkloadTokens } from '../platform/auth/workload/verify-workload-token.js';
import type { Pepper } from '../platform/crypto.js';
import type { KeyedLimiter } from '../platform/database/keyed-limiter.js';
import { AllAudiences } from './audiences/all-audiences.js';
import type { ReservedAudiences } from './audiences/audience.rules.js';
import { AudienceCount } from './audiences/audience-page.js';
import { Audiences } from './audiences/audiences.js';
import { DeleteAudience } from './audiences/delete-audience.js';
import { SetAudience } from './audiences/set-audience.js';
import { AllAuditEvents } from './audit/all-audit-events.js';
import { ExportAuditEvents } from './audit/audit-event-export.js';
import { AuditEvents } from './audit/audit-events.js';
import { ReadNode } from './node/read-node.js';
import { DeletePermission } from './permissions/delete-permission.js';
import { Permissions } from './permissions/permissions.js';
import { SetPermission } from './permissions/set-permission.js';
import { ErasePerson } from './privacy/erase-person.js';
import { AccountTrail } from './service-accounts/account-trail.js';
import { CreateServiceAccount } from './service-accounts/create/create-service-account.js';
import { DeleteServiceAccount } from './service-accounts/delete-service-account.js';
import { DisableServiceAccount } from './service-accounts/disable-service-account.js';
import { EnableServiceAccount } from './service-accounts/enable-service-account.js';
import { AddServiceAccountKey } from './service-accounts/keys/add-key.js';
import { LiveKeys } from './service-accounts/keys/live-keys.js';
import { RemoveServiceAccountKey } from './service-accounts/keys/remove-key.js';
import { ServiceAccounts } from './service-accounts/list/service-accounts.js';
import { ReadServiceAccount } from './service-accounts/read-service-account.js';
import { RestoreServiceAccount } from './service-accounts/restore-service-account.js';
import { CreateServiceAccountSecret } from './service-accounts/secrets/create-secret.js';
import { SecretIssuer } from './service-accounts/secrets/issue-secrets.js';
import { LiveSecrets } from './service-accounts/secrets/live-secrets.js';
import { ReportLeakedSecret } from './service-accounts/secrets/report-leaked-secret.js';
import { RevokeAllServiceAccountSecrets } from './service-accounts/secrets/revoke-all-secrets.js';
import { RevokeServiceAccountSecret } from './service-accounts/secrets/revoke-secret.js';
import { RotateServiceAccountSecret } from './service-accounts/secrets/rotate-secret.js';
import { SetServiceAccountPermissions } from './service-accounts/set-service-account-permissions.js';
import { TokensIssued } from './service-accounts/sign-in/tokens-issued.js';
import { AddServiceAccountTrust } from './service-accounts/trusts/add-trust.js';
import { LiveTrusts } from './service-accounts/trusts/live-trusts.js';
import { RemoveServiceAccountTrust } from './service-accounts/trusts/remove-trust.js';
import { TestServiceAccountTrust } from './service-accounts/trusts/test-trust.js';
import { UpdateServiceAccount } from './service-accounts/update-service-account.js';
import { CreateTenant } from './tenants/create-tenant.js';
import { DeleteTenant } from './tenants/delete-tenant.js';
import { ExternalIds } from './tenants/external-ids/external-ids.js';
import { Tenants } from './tenants/list/tenants.js';
import { ReadTenant } from './tenants/read-tenant.js';
import { ResumeTenant } from './tenants/resume-tenant.js';
import { SetTenantMaxTokenLifetime } from './tenants/set-max-token-lifetime.js';
import { SetTenantSecretMaxAge } from './tenants/set-secret-max-age.js';
import { SuspendTenant } from './tenants/suspend-tenant.js';
import { UpdateTenant } from './tenants/update-tenant.js';
import { type AllowedOperations, Viewer } from './viewer/viewer.js';
import { WorkloadIssuers } from './workload-issuers/workload-issuers.js';

export interface ResolverDependencies {
  pool: Pool;
  /** Limits, for each tenant ID, the concurrent operations that lock the row of the tenant. */
  tenantLimiter: KeyedLimiter;
  peppers: readonly Pepper[];
  serviceAccountLimit: number;
  workloadTokens: WorkloadTokens;
  /** The issuer of the gateway's own access tokens, which is the default audience of the tokens of workloads. */
  ownIssuer: string;
  /** The names of the configured realms. */
  realms: readonly string[];
  reservedAudiences: ReservedAudiences;
  allowedOperations: AllowedOperations;
}

/** Creates the resolvers of all operations. */
export function createResolvers(dependencies: ResolverDependencies): object[] {
  const { workloadTokens } = dependencies;
  const secrets = new SecretIssuer(dependencies.pool, dependencies.peppers);
  return [
    new CreateServiceAccount(dependencies.pool, dependencies.peppers),
    new ReadServiceAccount(),
    new ServiceAccounts(dependencies.pool),
    new ReadNode(),
    new LiveSecrets(dependencies.pool),
    new TokensIssued(dependencies.pool),
    new UpdateServiceAccount(),
    new SetServiceAccountPermissions(),
    new DisableServiceAccount(),
    new EnableServiceAccount(),
    new DeleteServiceAccount(dependencies.tenantLimiter),
    new RestoreServiceAccount(dependencies.tenantLimiter),
    new RotateServiceAccountSecret(secrets),
    new CreateServiceAccountSecret(secrets),
    new RevokeServiceAccountSecret(),
    new ReportLeakedSecret(dependencies.peppers),
    new RevokeAllServiceAccountSecrets(dependencies.pool, dependencies.tenantLimiter),
    new LiveKeys(dependencies.pool),
    new AddServiceAccountKey(dependencies.pool, dependencies.peppers),
    new RemoveServiceAccountKey(),
    new LiveTrusts(dependencies.pool),
    new AddServiceAccountTrust(
      dependencies.pool,
      dependencies.peppers,
      workloadTokens,
      dependencies.ownIssuer,
    ),
    new RemoveServiceAccountTrust(),
    new TestServiceAccountTrust(dependencies.pool, workloadTokens),
    new WorkloadIssuers(workloadTokens),
    new CreateTenant(dependencies.serviceAccountLimit, dependencies.realms),
    new ReadTenant(),
    new ExternalIds(dependencies.pool),
    new Tenants(dependencies.pool),
    new UpdateTenant(dependencies.realms),
    new SuspendTenant(),
    new ResumeTenant(),
    new DeleteTenant(dependencies.pool),
    new SetTenantMaxTokenLifetime(),
    new SetTenantSecretMaxAge(),
    new Permissions(dependencies.pool),
    new SetPermission(),
    new DeletePermission(dependencies.pool),
    new Audiences(dependencies.pool),
    new AllAudiences(dependencies.pool),
    new AudienceCount(),
    new SetAudience(dependencies.reservedAudiences),
    new DeleteAudience(),
    new ErasePerson(dependencies.pool),
    new Viewer(dependencies.allowedOperations),
    new AuditEvents(dependencies.pool),
    new AllAuditEvents(dependencies.pool),
    new ExportAuditEvents(dependencies.pool),
    new AccountTrail(dependencies.pool),
  ];
}
