import type {
  SecretFieldsFragment,
  ServiceAccountFieldsFragment,
  TenantFieldsFragment,
} from '../../generated/operations.js';
import type { Page } from './route.js';

/** An account as REST tells it: the documented fields, and those that came later. */
export const toAccount = ({ type, status, ...account }: ServiceAccountFieldsFragment) => {
  const { id, name, description, owner, labels, clientId, ...rest } = account;
  return {
    id,
    name,
    description,
    owner,
    labels,
    clientId,
    type: type.toLowerCase(),
    status: status.toLowerCase(),
    ...rest,
  };
};

export const toTenant = ({ id, name, status, ...rest }: TenantFieldsFragment) => ({
  id,
  name,
  status: status.toLowerCase(),
  ...rest,
});

/** A root field is null only beside an error, which has been answered by then. */
export function answered<T>(field: T | null): T {
  if (field === null) throw new Error('a field is null without an error');
  return field;
}

/** Where a list goes on. */
export const toPage = ({
  pageInfo: { hasNextPage, endCursor },
}: {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}): Page => ({ next: hasNextPage ? endCursor : null, hasMore: hasNextPage });

/** The account out of a mutation's payload. */
export const accountIn =
  <Field extends string>(field: Field) =>
  (result: Record<Field, { serviceAccount: ServiceAccountFieldsFragment } | null>) =>
    toAccount(answered<{ serviceAccount: ServiceAccountFieldsFragment }>(result[field]).serviceAccount);

interface NewSecret {
  serviceAccount: { id: string; clientId: string };
  clientSecret: string;
  secret: SecretFieldsFragment;
}

/** What a machine signs in with, and what is kept of it. */
export const toNewSecret = ({ serviceAccount: { id, clientId }, clientSecret, secret }: NewSecret) => ({
  id,
  clientId,
  clientSecret,
  secret,
});
