import { AppError, invalidField } from '../../platform/errors.js';

/** Creates the error for an account that the tenant does not have. It is the same if another tenant has the account. */
export const accountNotFoundError = () =>
  new AppError('NOT_FOUND', { message: 'The service account does not exist in this tenant' });

/** Creates the error for a change of a deleted account. */
export const accountDeletedError = () =>
  new AppError('CONFLICT', {
    message: 'status: the service account is deleted; restore it first',
    details: { field: 'status', status: 'deleted' },
  });

/** Creates the error for restoring an account that is not deleted. @param status the status of the account */
export const accountNotDeletedError = (status: string) =>
  new AppError('CONFLICT', {
    message: `status: the service account is ${status}; only a deleted service account can be restored`,
    details: { field: 'status', status },
  });

/**
 * Creates the error for a name that another account of the tenant has. The names of deleted accounts can be used again.
 * @param other the other account, unless it has been renamed or deleted in the meantime
 */
export const nameTakenError = (other: { id: string; name: string } | undefined) =>
  new AppError('CONFLICT', {
    message: `name: ${other ? `the service account ${JSON.stringify(other.name)}` : 'another service account'} in this tenant already has this name`,
    details: { field: 'name', ...(other && { serviceAccountId: other.id }) },
  });

/** Creates the error for an account that changed after the caller read it. @param version the current version */
export const versionConflictError = (version: number) =>
  new AppError('CONFLICT', {
    message: `expectedVersion: the service account is at version ${version}; read it again before you change it`,
    details: { field: 'expectedVersion', version },
  });

/** Creates the error for permissions that are not in the permission catalog. */
export const unknownPermissionsError = (names: string[]) =>
  invalidField('permissions', `the permission catalog does not contain ${names.join(', ')}`);

/** Creates the error for permissions that only a super_admin can grant. */
export const restrictedPermissionsError = (names: string[]) =>
  new AppError('FORBIDDEN', {
    message: `Only a super_admin may grant ${names.join(', ')}`,
    details: { field: 'permissions' },
  });
