import {
  DeleteServiceAccountsDocument,
  DisableServiceAccountsDocument,
  EnableServiceAccountsDocument,
  RevokeAllServiceAccountSecretsDocument,
  RotateServiceAccountSecretsDocument,
  SetServiceAccountsPermissionsDocument,
} from '../../../generated/operations.js';
import type { Route } from '../route.js';

const accounts = '/api/v1/admin/service-account';
const bulk = `${accounts}/bulk`;

/** Changes of many service accounts at once. */
export const bulkRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: `${bulk}/disable`,
    operation: DisableServiceAccountsDocument,
    data: 'disableServiceAccounts.results',
    message: 'Service accounts disabled: see the result of each',
    example: { data: { serviceAccount: { status: 'disabled' } } },
  },
  {
    method: 'POST',
    path: `${bulk}/enable`,
    operation: EnableServiceAccountsDocument,
    data: 'enableServiceAccounts.results',
    message: 'Service accounts enabled: see the result of each',
  },
  {
    method: 'POST',
    path: `${bulk}/delete`,
    operation: DeleteServiceAccountsDocument,
    data: 'deleteServiceAccounts.results',
    message: 'Service accounts deleted: see the result of each',
    example: { data: { serviceAccount: { status: 'deleted', deletedAt: '2026-11-24T06:10:02.184Z' } } },
  },
  {
    method: 'POST',
    path: `${bulk}/permissions`,
    operation: SetServiceAccountsPermissionsDocument,
    data: 'setServiceAccountsPermissions.results',
    message: 'Permissions set: see the result of each',
  },
  {
    method: 'POST',
    path: `${bulk}/rotate-secret`,
    operation: RotateServiceAccountSecretsDocument,
    data: 'rotateServiceAccountSecrets.results',
    message: 'Secrets rotated: see the result of each',
    example: { data: { error: null } },
  },
  {
    method: 'POST',
    path: `${accounts}/revoke-all-secrets`,
    operation: RevokeAllServiceAccountSecretsDocument,
    data: 'revokeAllServiceAccountSecrets',
    message: 'Secrets revoked successfully',
  },
];
