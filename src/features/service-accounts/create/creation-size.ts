import { bytesOf, contentOf, sizeOf } from '../../../platform/audit/entry-size.js';
import type { Actor } from '../../../platform/audit/insert-events.js';
import { publicId } from '../../../platform/ids.js';
import { generateClientId } from '../client-id.js';
import { accountFieldNames, type NormalizedFields, toStored } from '../stored-fields.js';

/** An ID of the length that all have. */
const anyId = '00000000-0000-7000-8000-000000000000';

const anyName = 'service-account-20261130120000-1000000';
const anySecret = publicId('ServiceAccountSecret', anyId);

/** The bytes of an entry whose values are all null, except for the identifiers that every entry has. */
const bytesWithoutValues = contentOf({
  target: publicId('ServiceAccount', anyId),
  after: {
    ...Object.fromEntries(accountFieldNames.map((name) => [name, null])),
    clientId: generateClientId(),
    secret: null,
  },
});
const bytesOfNull = bytesOf(null);

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
    const { name, permissions, ...others } = toStored(fields);
    const values = [name ?? anyName, permissions ?? this.defaultPermissions, ...Object.values(others)];
    if (hasSecret) values.push(anySecret);
    let bytes = bytesWithoutValues;
    for (const value of values) if (value !== null) bytes += bytesOf(value) - bytesOfNull;
    return sizeOf(actor, { entries: 1, bytes });
  }
}
