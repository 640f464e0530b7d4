import { invalidField } from './errors.js';

/**
 * Inside the gateway ids are UUIDs. At its edge the id of an object has a prefix that tells the type, such as
 * `sa-<uuid>`. The schema puts it on and takes it off (api/graphql/node-ids.ts); this module does the same for the
 * other edges: tokens, and the texts of the audit trail.
 */
export const idPrefixes = {
  ServiceAccount: 'sa',
  ServiceAccountSecret: 'secret',
  AuditEvent: 'audit',
} as const;

export type NodeTypeName = keyof typeof idPrefixes;

/** Puts the prefix on. @param uuid as it is stored */
export const publicId = (type: NodeTypeName, uuid: string): string => `${idPrefixes[type]}-${uuid}`;

/** SQL that puts the prefix on. @param expression of a UUID */
export const publicIdSql = (type: NodeTypeName, expression: string): string =>
  `'${idPrefixes[type]}-' || ${expression}`;

/**
 * Takes the prefix off.
 * @param field where the id came in, for the error
 * @returns the UUID in lower case
 * @throws AppError BAD_USER_INPUT
 */
export function uuidOf(type: NodeTypeName, id: string, field = 'id'): string {
  const prefix = `${idPrefixes[type]}-`;
  const uuid = id.slice(prefix.length).toLowerCase();
  if (id.slice(0, prefix.length).toLowerCase() !== prefix || !isUuid(uuid)) {
    throw invalidField(field, `must be ${prefix} and a UUID`);
  }
  return uuid;
}

/** Whether a text is a UUID of any version, in either case: the ids of tenants are chosen elsewhere. */
export const isUuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

/** Whether a text could be the id of anything. Such a text means the same in capitals. */
export const isPublicId = (text: string): boolean =>
  /^([a-z]+-)?[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
