import { invalidField } from '../../platform/errors.js';
import { isUuid } from '../../platform/uuid.js';

/** The id of a tenant as it is stored. @throws AppError BAD_USER_INPUT */
export function storedTenantId(id: string): string {
  if (!isUuid(id)) throw invalidField('id', 'must be a UUID');
  return id.toLowerCase();
}
