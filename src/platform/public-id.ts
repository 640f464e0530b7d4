import { invalidField } from './errors.js';
import { isUuid } from './uuid.js';

/**
 * What is stored of a public id such as `sa-<uuid>`.
 * @param prefix `sa` or the like, which tells the type
 * @param field where it came in, for the error
 * @returns the UUID in lower case
 * @throws AppError BAD_USER_INPUT
 */
export function storedId(prefix: string, id: string, field = 'id'): string {
  const uuid = id.slice(prefix.length + 1).toLowerCase();
  if (id.slice(0, prefix.length + 1).toLowerCase() !== `${prefix}-` || !isUuid(uuid)) {
    throw invalidField(field, `must be ${prefix}- and a UUID`);
  }
  return uuid;
}

/** Whether a text could be an id of anything, which is the same in capitals. */
export const isPublicId = (text: string): boolean =>
  /^([a-z]+-)?[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
