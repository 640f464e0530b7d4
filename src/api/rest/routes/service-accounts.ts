import {
  CreateServiceAccountDocument,
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
import { accountIn, answered, toAccount, toPage } from '../answers.js';
import { byId, input } from '../call.js';
import { list } from '../parameters.js';
import { route } from '../route.js';
import { accountParameters, usageParameters } from './service-accounts.parameters.js';

const accounts = '/api/v1/admin/service-account';
const account = `${accounts}/:id`;

const usage = list(usageParameters);

/** Service accounts, from their beginning to their end. */
export const accountRoutes = [
  route({
    method: 'POST',
    path: `${accounts}/create`,
    operation: CreateServiceAccountDocument,
    // Query parameters have never mattered here.
    variables: ({ body }) => ({ input: body }),
    message: 'Service account created successfully',
    data: ({ createServiceAccount }) => {
      const { serviceAccount, clientSecret } = answered(createServiceAccount);
      return {
        id: serviceAccount.id,
        name: serviceAccount.name,
        clientId: serviceAccount.clientId,
        clientSecret,
        type: serviceAccount.type.toLowerCase(),
        status: serviceAccount.status.toLowerCase(),
        permissions: serviceAccount.permissions,
        createdAt: serviceAccount.createdAt,
        createdBy: serviceAccount.createdBy,
        tenant: serviceAccount.tenant,
      };
    },
    secret: true,
  }),
  route({
    method: 'GET',
    path: accounts,
    operation: ServiceAccountsDocument,
    ...list(accountParameters),
    message: 'Service accounts listed successfully',
    data: ({ serviceAccounts }) => answered(serviceAccounts).nodes.map(toAccount),
    page: ({ serviceAccounts }) => toPage(answered(serviceAccounts)),
  }),
  route({
    method: 'GET',
    path: account,
    operation: ServiceAccountDocument,
    variables: byId,
    message: 'Service account read successfully',
    data: ({ serviceAccount }) => toAccount(answered(serviceAccount)),
  }),
  route({
    method: 'GET',
    path: `${account}/token-usage`,
    operation: ServiceAccountTokenUsageDocument,
    ...usage,
    variables: (call) => ({ id: call.params.id ?? '', ...usage.variables<{ hours?: number }>(call) }),
    message: 'Token usage read successfully',
    data: ({ serviceAccount }) => answered(answered(serviceAccount).tokensIssued),
    summary: 'How many tokens a service account was issued, hour by hour, the newest first',
    page: () => ({ next: null, hasMore: false }),
  }),
  route({
    method: 'PATCH',
    path: account,
    operation: UpdateServiceAccountDocument,
    variables: input,
    message: 'Service account updated successfully',
    data: accountIn('updateServiceAccount'),
  }),
  route({
    method: 'DELETE',
    path: account,
    operation: DeleteServiceAccountDocument,
    variables: input,
    message: 'Service account deleted successfully',
    data: accountIn('deleteServiceAccount'),
    example: { data: { status: 'deleted', deletedAt: '2026-11-24T06:10:02.184Z' } },
  }),
  route({
    method: 'PUT',
    path: `${account}/permissions`,
    operation: SetServiceAccountPermissionsDocument,
    variables: input,
    message: 'Permissions set successfully',
    data: accountIn('setServiceAccountPermissions'),
  }),
  route({
    method: 'POST',
    path: `${account}/disable`,
    operation: DisableServiceAccountDocument,
    variables: input,
    message: 'Service account disabled successfully',
    data: accountIn('disableServiceAccount'),
    example: { data: { status: 'disabled' } },
  }),
  route({
    method: 'POST',
    path: `${account}/enable`,
    operation: EnableServiceAccountDocument,
    variables: input,
    message: 'Service account enabled successfully',
    data: accountIn('enableServiceAccount'),
  }),
  route({
    method: 'POST',
    path: `${account}/restore`,
    operation: RestoreServiceAccountDocument,
    variables: input,
    message: 'Service account restored successfully',
    data: accountIn('restoreServiceAccount'),
    example: { data: { status: 'disabled' } },
  }),
];
