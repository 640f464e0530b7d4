import {
  DeleteServiceAccountDocument,
  DisableServiceAccountDocument,
  EnableServiceAccountDocument,
  RestoreServiceAccountDocument,
  ServiceAccountDocument,
  ServiceAccountsDocument,
  ServiceAccountTokenUsageDocument,
  SetServiceAccountPermissionsDocument,
  UpdateServiceAccountDocument,
} from '../../../generated/operations.js';
import type { Route } from '../route.js';

const accounts = '/api/v1/admin/service-account';
const account = `${accounts}/:id`;

/** Reading and changing service accounts. */
export const accountRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: accounts,
    operation: ServiceAccountsDocument,
    query: { createdBy: 'filter.createdBy.id' },
    data: 'serviceAccounts',
    message: 'Service accounts listed successfully',
  },
  {
    method: 'GET',
    path: account,
    operation: ServiceAccountDocument,
    data: 'serviceAccount',
    message: 'Service account read successfully',
  },
  {
    method: 'GET',
    path: `${account}/token-usage`,
    operation: ServiceAccountTokenUsageDocument,
    data: 'serviceAccount.tokensIssued',
    message: 'Token usage read successfully',
    summary: 'How many tokens a service account was issued, hour by hour, the newest first',
  },
  {
    method: 'PATCH',
    path: account,
    operation: UpdateServiceAccountDocument,
    data: 'updateServiceAccount.serviceAccount',
    message: 'Service account updated successfully',
  },
  {
    method: 'DELETE',
    path: account,
    operation: DeleteServiceAccountDocument,
    data: 'deleteServiceAccount.serviceAccount',
    message: 'Service account deleted successfully',
    example: { data: { status: 'deleted', deletedAt: '2026-11-24T06:10:02.184Z' } },
  },
  {
    method: 'PUT',
    path: `${account}/permissions`,
    operation: SetServiceAccountPermissionsDocument,
    data: 'setServiceAccountPermissions.serviceAccount',
    message: 'Permissions set successfully',
  },
  {
    method: 'POST',
    path: `${account}/disable`,
    operation: DisableServiceAccountDocument,
    data: 'disableServiceAccount.serviceAccount',
    message: 'Service account disabled successfully',
    example: { data: { status: 'disabled' } },
  },
  {
    method: 'POST',
    path: `${account}/enable`,
    operation: EnableServiceAccountDocument,
    data: 'enableServiceAccount.serviceAccount',
    message: 'Service account enabled successfully',
  },
  {
    method: 'POST',
    path: `${account}/restore`,
    operation: RestoreServiceAccountDocument,
    data: 'restoreServiceAccount.serviceAccount',
    message: 'Service account restored successfully',
    example: { data: { status: 'disabled' } },
  },
];
