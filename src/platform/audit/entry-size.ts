/**
 * What an entry takes in the database in addition to its content: its row and its entries in the indexes. Measured with
 * `pg_total_relation_size` on 500 to 30,000 entries of the same shape: without values, with values of up to 9 kB, with
 * long names, for one and for 300 tenants. Over `growth` times the content, the rest was up to 370 bytes. It is more
 * where changes of many objects, actions and tenants alternate, because PostgreSQL then leaves up to half of the pages
 * of an index empty. That adds up to 250 bytes.
 */
const fixedBytes = 700;
/** PostgreSQL stores long values in pieces of 2 kB, between which space remains: up to 1.4 times their size. */
const growth = 1.5;

/** The fields of an actor that have an index. */
interface IndexedActor {
  realm: string;
  id: string;
  requestId: string;
}

/** The content of entries. */
export interface Contents {
  /** The number of entries. */
  entries: number;
  /** The bytes of all their targets, values before and values after, as `contentOf` returns them. */
  bytes: number;
}

/**
 * Returns the number of bytes by which entries of one actor enlarge the audit log at most. Compression, which depends
 * on the values, makes the real size smaller.
 */
export function sizeOf(actor: IndexedActor, { entries, bytes }: Contents): number {
  const { realm, id, requestId } = actor;
  // The columns with an index are stored twice.
  const shared = bytesOf(actor) + bytesOf([realm, id, requestId]);
  return entries * (fixedBytes + growth * shared) + growth * bytes;
}

/** Returns the bytes of an entry's target, values before and values after. JSON is not shorter than stored values. */
export const contentOf = (entry: { target: string; before?: unknown; after?: unknown }): number =>
  bytesOf(entry) + bytesOf(entry.target);

/** Returns the bytes of a value as JSON. */
export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
