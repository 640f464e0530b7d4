import {
  CreateServiceAccountDocument,
  CreateServiceAccountSecretDocument,
  DeleteServiceAccountDocument,
  DisableServiceAccountDocument,
  EnableServiceAccountDocument,
  RestoreServiceAccountDocument,
  RevokeServiceAccountSecretDocument,
  RotateServiceAccountSecretDocument,
  ServiceAccountDocument,
  ServiceAccountSecretsDocument,
  ServiceAccountsDocument,
  SetServiceAccountPermissionsDocument,
  UpdateServiceAccountDocument,
} from '../generated/operations.js';
import { accountIn, answered, toAccount, toNewSecret } from './answers.js';
import { allowQuery, type Call, inputOf, refuseBody } from './call.js';
import { listVariables } from './list-query.js';
import { route } from './route.js';

const accounts = '/api/v1/admin/service-account';
const account = `${accounts}/:id`;

/** The variables of a mutation: one input, out of the path and the body. */
function input<Input>(call: Call): { input: Input } {
  allowQuery(call);
  return { input: inputOf(call) };
}

/** Of a query about one account. */
function byId(call: Call): { id: string } {
  allowQuery(call);
  refuseBody(call);
  return { id: call.params.id ?? '' };
}

/** The REST calls, each of which is a GraphQL operation under another name. */
export const routes = [
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
    variables: (call) => {
      refuseBody(call);
      return listVariables(call);
    },
    message: 'Service accounts listed successfully',
    data: ({ serviceAccounts }) => answered(serviceAccounts).nodes.map(toAccount),
    page: ({ serviceAccounts }) => {
      const { hasNextPage, endCursor } = answered(serviceAccounts).pageInfo;
      return { next: hasNextPage ? endCursor : null, hasMore: hasNextPage };
    },
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
  }),
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
  }),
  route({
    method: 'DELETE',
    path: `${account}/secret/:secretId`,
    operation: RevokeServiceAccountSecretDocument,
    variables: input,
    message: 'Secret revoked successfully',
    data: ({ revokeServiceAccountSecret }) => answered(revokeServiceAccountSecret).secret,
  }),
];
