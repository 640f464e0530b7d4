import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import { invalidField } from './errors.js';

/**
 * The prefixes of public IDs. Inside the gateway, IDs are UUIDs. Clients see an ID with a prefix that shows the type of
 * the object, such as `sa-<uuid>`. The GraphQL schema adds and removes the prefixes (api/graphql/node-ids.ts). Tokens,
 * the audit log and stored responses also use the functions in this file.
 */
export const idPrefixes = {
  ServiceAccount: 'sa',
  ServiceAccountSecret: 'secret',
  ServiceAccountKey: 'key',
  ServiceAccountTrust: 'trust',
  AuditEvent: 'audit',
} as const;

export type NodeTypeName = keyof typeof idPrefixes;

/** Adds the prefix of a type to a UUID. */
export const publicId = (type: NodeTypeName, uuid: string): string => `${idPrefixes[type]}-${uuid}`;

/** Creates SQL that adds the prefix of a type. @param expression SQL for a UUID */
export const publicIdSql = (type: NodeTypeName, expression: string): string =>
  `'${idPrefixes[type]}-' || ${expression}`;

/**
 * Removes the prefix of a type.
 * @param field the input field that contains the ID, for the error
 * @returns the UUID in lower case
 * @throws AppError BAD_USER_INPUT
 */
export function uuidOf(type: NodeTypeName, id: string, field = 'id'): string {
  const prefix = `${idPrefixes[type]}-`;
  const uuid = id.slice(prefix.length).toLowerCase();
  if (id.slice(0, prefix.length).toLowerCase() !== prefix || !isUuid(uuid)) {
    throw invalidField(field, `must be ${prefix} followed by a UUID`);
  }
  return uuid;
}

/** Returns whether a text is a UUID of any version, in upper or lower case. Callers choose the IDs of tenants. */
export const isUuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

/** Returns a text as it is, but a UUID in lower case (RFC 9562, section 4), so that equal names are equal texts. */
export const withLowerUuid = (text: string): string => (isUuid(text) ? text.toLowerCase() : text);

/** Returns whether a text could be the public ID of an object. Public IDs are not case-sensitive. */
export const isPublicId = (text: string): boolean =>
  /^([a-z]+-)?[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

/** Random bytes for UUIDs. One system call for many bytes takes much less time than one for each UUID. */
const random = { bytes: Buffer.alloc(4096), used: 4096 };

function nextRandom(): Uint8Array {
  if (random.used === random.bytes.length) {
    randomFillSync(random.bytes);
    random.used = 0;
  }
  random.used += 16;
  return random.bytes.subarray(random.used - 16, random.used);
}

/**
 * Creates a version 7 UUID with little CPU time. Unlike the UUIDs that the library creates by itself, UUIDs of the same
 * millisecond have any order.
 */
export const newUuid = (): string => v7({ rng: nextRandom });
