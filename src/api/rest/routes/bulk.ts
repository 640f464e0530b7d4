import {
  DeleteServiceAccountsDocument,
  DisableServiceAccountsDocument,
  EnableServiceAccountsDocument,
  RevokeAllServiceAccountSecretsDocument,
  RotateServiceAccountSecretsDocument,
  type ServiceAccountResultFieldsFragment,
  SetServiceAccountsPermissionsDocument,
} from '../../../generated/operations.js';
import { answered, toAccount } from '../answers.js';
import { input } from '../call.js';
import { route } from '../route.js';

const accounts = '/api/v1/admin/service-account';
const bulk = `${accounts}/bulk`;

type Results = { results: ServiceAccountResultFieldsFragment[] };

const toResult = ({ id, serviceAccount, error }: ServiceAccountResultFieldsFragment) => ({
  id,
  serviceAccount: serviceAccount && toAccount(serviceAccount),
  error,
});

/** What came of each account, out of a mutation's payload. */
const resultsIn =
  <Field extends string>(field: Field) =>
  (result: Record<Field, Results | null>) =>
    answered<Results>(result[field]).results.map(toResult);

/** Changes of many service accounts at once. */
export const bulkRoutes = [
  route({
    method: 'POST',
    path: `${bulk}/disable`,
    operation: DisableServiceAccountsDocument,
    variables: input,
    message: 'Service accounts disabled: see the result of each',
    data: resultsIn('disableServiceAccounts'),
    example: { data: { serviceAccount: { status: 'disabled' } } },
  }),
  route({
    method: 'POST',
    path: `${bulk}/enable`,
    operation: EnableServiceAccountsDocument,
    variables: input,
    message: 'Service accounts enabled: see the result of each',
    data: resultsIn('enableServiceAccounts'),
  }),
  route({
    method: 'POST',
    path: `${bulk}/delete`,
    operation: DeleteServiceAccountsDocument,
    variables: input,
    message: 'Service accounts deleted: see the result of each',
    data: resultsIn('deleteServiceAccounts'),
    example: { data: { serviceAccount: { status: 'deleted', deletedAt: '2026-11-24T06:10:02.184Z' } } },
  }),
  route({
    method: 'POST',
    path: `${bulk}/permissions`,
    operation: SetServiceAccountsPermissionsDocument,
    variables: input,
    message: 'Permissions set: see the result of each',
    data: resultsIn('setServiceAccountsPermissions'),
  }),
  route({
    method: 'POST',
    path: `${bulk}/rotate-secret`,
    operation: RotateServiceAccountSecretsDocument,
    variables: input,
    message: 'Secrets rotated: see the result of each',
    data: ({ rotateServiceAccountSecrets }) =>
      answered(rotateServiceAccountSecrets).results.map(({ clientSecret, secret, ...rest }) => {
        const { id, serviceAccount, error } = toResult(rest);
        return { id, serviceAccount, clientSecret, secret, error };
      }),
    example: { data: { error: null } },
    secret: true,
  }),
  route({
    method: 'POST',
    path: `${accounts}/revoke-all-secrets`,
    operation: RevokeAllServiceAccountSecretsDocument,
    variables: input,
    message: 'Secrets revoked successfully',
    data: ({ revokeAllServiceAccountSecrets }) => answered(revokeAllServiceAccountSecrets),
  }),
];
