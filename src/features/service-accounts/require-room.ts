import { AppError } from '../../platform/errors.js';
import { type NodeTypeName, publicId } from '../../platform/ids.js';

/** What an account has of a kind of credential, before it gets another one. */
export interface Existing {
  /** The ID of the same credential. Null if the account does not have it. */
  sameId: string | null;
  /** The number of credentials of this kind that have not expired. */
  count: number;
}

/** A kind of credential of which an account has each only once, and a limited number. */
interface Kind {
  type: NodeTypeName;
  noun: 'key' | 'trust';
  /** The field of the input that identifies the credential. */
  field: string;
  max: number;
}

/**
 * Requires that an account does not have a credential, and has fewer of its kind than the maximum.
 * @throws AppError CONFLICT
 */
export function requireRoom({ sameId, count }: Existing, { type, noun, field, max }: Kind): void {
  if (sameId !== null) {
    const id = publicId(type, sameId);
    throw new AppError('CONFLICT', {
      message: `${field}: the service account already has this ${noun}, with the ID ${id}`,
      details: { field, [`${noun}Id`]: id },
    });
  }
  if (count < max) return;
  const list = `${noun}s`;
  throw new AppError('CONFLICT', {
    message: `${list}: the service account already has ${count} ${list} that have not expired, and the maximum is ${max}; remove one`,
    details: { field: list, limit: max, count },
  });
}
