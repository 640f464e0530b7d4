import {
  CreateServiceAccountSecretDocument,
  RevokeServiceAccountSecretDocument,
  RotateServiceAccountSecretDocument,
  ServiceAccountSecretsDocument,
} from '../../../generated/operations.js';
import { answered, toNewSecret } from '../answers.js';
import { byId, input } from '../call.js';
import { route } from '../route.js';

const account = '/api/v1/admin/service-account/:id';

/** The secrets of service accounts. */
export const secretRoutes = [
  route({
    method: 'POST',
    path: `${account}/rotate-secret`,
    operation: RotateServiceAccountSecretDocument,
    variables: input,
    message: 'Secret rotated successfully',
    data: ({ rotateServiceAccountSecret }) => toNewSecret(answered(rotateServiceAccountSecret)),
    secret: true,
  }),
  route({
    method: 'GET',
    path: `${account}/secret`,
    operation: ServiceAccountSecretsDocument,
    variables: byId,
    message: 'Secrets listed successfully',
    data: ({ serviceAccount }) => answered(serviceAccount).secrets,
    summary: 'The secrets that let a service account in, the newest first',
    page: () => ({ next: null, hasMore: false }),
  }),
  route({
    method: 'POST',
    path: `${account}/secret`,
    operation: CreateServiceAccountSecretDocument,
    variables: input,
    message: 'Secret created successfully',
    data: ({ createServiceAccountSecret }) => toNewSecret(answered(createServiceAccountSecret)),
    secret: true,
    example: { data: { secret: { expiresAt: '2099-12-31T00:00:00.000Z' } } },
  }),
  route({
    method: 'DELETE',
    path: `${account}/secret/:secretId`,
    operation: RevokeServiceAccountSecretDocument,
    variables: input,
    message: 'Secret revoked successfully',
    data: ({ revokeServiceAccountSecret }) => answered(revokeServiceAccountSecret).secret,
    example: { data: { revokedAt: '2026-11-24T06:10:02.184Z' } },
  }),
];
