import {
  CreateServiceAccountSecretDocument,
  RevokeServiceAccountSecretDocument,
  RotateServiceAccountSecretDocument,
  ServiceAccountSecretsDocument,
} from '../../../generated/operations.js';
import type { Route } from '../route.js';

const account = '/api/v1/admin/service-account/:id';

/** The credentials that a machine signs in with, and the secret as it is listed from then on. */
const newSecret = (mutation: string): Route['data'] => ({
  id: `${mutation}.serviceAccount.id`,
  clientId: `${mutation}.serviceAccount.clientId`,
  clientSecret: `${mutation}.clientSecret`,
  secret: `${mutation}.secret`,
});

/** The secrets of a service account. */
export const secretRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: `${account}/rotate-secret`,
    operation: RotateServiceAccountSecretDocument,
    data: newSecret('rotateServiceAccountSecret'),
    message: 'Secret rotated successfully',
  },
  {
    method: 'GET',
    path: `${account}/secret`,
    operation: ServiceAccountSecretsDocument,
    data: 'serviceAccount.secrets',
    message: 'Secrets listed successfully',
    summary: 'The secrets that let a service account in, the newest first',
  },
  {
    method: 'POST',
    path: `${account}/secret`,
    operation: CreateServiceAccountSecretDocument,
    data: newSecret('createServiceAccountSecret'),
    message: 'Secret created successfully',
    example: { data: { secret: { expiresAt: '2099-12-31T00:00:00.000Z' } } },
  },
  {
    method: 'DELETE',
    path: `${account}/secret/:secretId`,
    operation: RevokeServiceAccountSecretDocument,
    data: 'revokeServiceAccountSecret.secret',
    message: 'Secret revoked successfully',
    example: { data: { revokedAt: '2026-11-24T06:10:02.184Z' } },
  },
];
