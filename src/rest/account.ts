import type { ServiceAccountFieldsFragment } from '../generated/operations.js';

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
