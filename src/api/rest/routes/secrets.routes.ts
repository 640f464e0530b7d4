import * as operations from '../../../generated/operations.js';
import type { Route, RouteTable } from '../route.js';

/** Returns the paths of the new credentials, and of the secret without its value. */
const newSecret = (mutation: string): Route['data'] => ({
  id: `${mutation}.serviceAccount.id`,
  clientId: `${mutation}.serviceAccount.clientId`,
  clientSecret: `${mutation}.clientSecret`,
  secret: `${mutation}.secret`,
});

/** The secrets of a service account. */
export const secretRoutes: RouteTable = {
  'POST /api/v1/admin/service-account/:id/rotate-secret': {
    operation: operations.RotateServiceAccountSecretDocument,
    data: newSecret('rotateServiceAccountSecret'),
    message: 'Secret rotated successfully',
  },
  'GET /api/v1/admin/service-account/:id/secret': {
    operation: operations.ServiceAccountSecretsDocument,
    data: 'serviceAccount.secrets',
    message: 'Secrets listed successfully',
    description:
      'Lists the valid secrets of a service account, newest first, without their values. A valid secret is neither revoked nor expired. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  },
  'POST /api/v1/admin/service-account/:id/secret': {
    operation: operations.CreateServiceAccountSecretDocument,
    data: newSecret('createServiceAccountSecret'),
    message: 'Secret created successfully',
    example: { data: { secret: { expiresAt: '2099-12-31T00:00:00.000Z' } } },
  },
  'DELETE /api/v1/admin/service-account/:id/secret/:secretId': {
    operation: operations.RevokeServiceAccountSecretDocument,
    data: 'revokeServiceAccountSecret.secret',
    message: 'Secret revoked successfully',
    example: { data: { revokedAt: '2026-11-24T06:10:02.184Z' } },
  },
  'POST /api/v1/admin/service-account/report-leaked-secret': {
    operation: operations.ReportLeakedSecretDocument,
    data: {
      serviceAccount: 'reportLeakedSecret.serviceAccount',
      secret: 'reportLeakedSecret.secret',
      wasValid: 'reportLeakedSecret.wasValid',
    },
    message: 'Leaked secret revoked successfully',
    example: { data: { secret: { revokedAt: '2026-11-24T06:10:02.184Z' }, wasValid: true } },
  },
};
