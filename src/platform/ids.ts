import { invalidField } from './errors.js';

/**
 * The prefixes of public ids. Inside the gateway ids are UUIDs; clients see the id of an object with a prefix that
 * tells its type, such as `sa-<uuid>`. The schema adds and removes the prefixes (api/graphql/node-ids.ts) with
 * the functions here, which also serve tokens, the audit trail and stored responses.
 */
export const idPrefixes = {
  ServiceAccount: 'sa',
  ServiceAccountSecret: 'secret',
  AuditEvent: 'audit',
} as const;

export type NodeTypeName = keyof typeof idPrefixes;

/** Adds the prefix of a type to a UUID. */
export const publicId = (type: NodeTypeName, uuid: string): string => `${idPrefixes[type]}-${uuid}`;

/** Makes SQL that adds the prefix of a type. @param expression SQL for a UUID */
export const publicIdSql = (type: NodeTypeName, expression: string): string =>
  `'${idPrefixes[type]}-' || ${expression}`;

/**
 * Removes the prefix of a type.
 * @param field of the input that has the id, for the error
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

/** Tells whether a text is a UUID of any version, in upper or lower case, since callers choose the IDs of tenants. */
export const isUuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

/** Tells whether a text could be the public ID of an object. Public IDs are not case-sensitive. */
export const isPublicId = (text: string): boolean =>
  /^([a-z]+-)?[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
