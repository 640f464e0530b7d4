import * as operations from '../../../generated/operations.js';
import type { Route, RouteTable } from '../route.js';

/** Locates the credentials that a machine signs in with, and the secret as it is listed from then on. */
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
    summary: 'The secrets that let a service account in, the newest first',
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
};
