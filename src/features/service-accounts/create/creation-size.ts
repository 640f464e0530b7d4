import { contentOf, sizeOf } from '../../../platform/audit/entry-size.js';
import type { Actor } from '../../../platform/audit/insert-events.js';
import { publicId } from '../../../platform/ids.js';
import { generateClientId } from '../client-id.js';
import { accountFieldNames, type NormalizedFields, toStored } from '../stored-fields.js';

/** An ID of the length that all have. */
const anyId = '00000000-0000-7000-8000-000000000000';

/** What the entry of a creation contains besides the values of the input. */
const identifiers = {
  target: publicId('ServiceAccount', anyId),
  clientId: generateClientId(),
  secret: publicId('ServiceAccountSecret', anyId),
  name: 'service-account-20261130120000-1000000',
};

/**
 * Computes the size of the audit log entries of creations. The statement that creates an account also writes its entry,
 * so the size must be known from the input.
 */
export class CreationSize {
  /**
   * The default permissions of the catalog, as the last creation that used them found them. Only a super_admin changes
   * them. The first creations after a change count the previous ones.
   */
  private defaultPermissions: readonly string[] = [];

  /** Learns the permissions that an account has got by default. */
  learn({ permissions }: NormalizedFields, stored: readonly string[]): void {
    if (permissions === null) this.defaultPermissions = stored;
  }

  /** Returns the size of the entry in the database, in bytes. @param fields the checked input */
  of(fields: NormalizedFields, actor: Actor, hasSecret: boolean): number {
    const { target, name, ...others } = identifiers;
    const stored = toStored(fields);
    const values = accountFieldNames.map((field) => [field, stored[field] ?? null]);
    const after = { ...Object.fromEntries(values), ...others };
    if (!hasSecret) after.secret = null;
    after.name ??= name;
    after.permissions ??= this.defaultPermissions;
    return sizeOf(actor, { entries: 1, bytes: contentOf({ target, after }) });
  }
}
