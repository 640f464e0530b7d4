import { z } from 'zod';
import { looksLikeSecret } from '../../../src/features/service-accounts/secrets/secret.js';

export const timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const optionalText = z.string().nullable();
const optionalTime = timestamp.nullable();
const publicId = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`));

const id = publicId('sa');
const clientId = z.string().regex(/^sa_client_[0-9a-f]{12}$/);
const clientSecret = z.string().refine(looksLikeSecret);
const permissions = z.array(z.enum(['api:read', 'api:write']));
const createdBy = z.strictObject({ id: z.string().min(1), name: optionalText, email: optionalText });
const tenant = z.strictObject({ id: z.uuid(), name: z.string() });
const name = z.string().min(1);
const type = z.literal('service_account');

const created = z.strictObject({
  id,
  name,
  clientId,
  clientSecret: clientSecret.nullable(),
  type,
  status: z.literal('active'),
  permissions,
  createdAt: timestamp,
  createdBy,
  tenant,
});

const account = z.strictObject({
  id,
  name,
  description: optionalText,
  owner: optionalText,
  contact: optionalText,
  labels: z.array(z.strictObject({ key: z.string().min(1), value: z.string() })),
  clientId,
  type,
  status: z.enum(['active', 'disabled', 'deleted']),
  permissions,
  createdAt: timestamp,
  createdBy,
  updatedAt: timestamp,
  lastUsedAt: optionalTime,
  expiresAt: optionalTime,
  expired: z.boolean(),
  tokenLifetimeSeconds: z.int().min(60).max(3600).nullable(),
  ipAllowlist: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .min(1)
    .max(50)
    .nullable(),
  deletedAt: optionalTime,
  version: z.int().min(1),
  tenant,
});

const secret = z.strictObject({
  id: publicId('secret'),
  hint: z.string().length(4),
  createdAt: timestamp,
  expiresAt: optionalTime,
  revokedAt: optionalTime,
  lastUsedAt: optionalTime,
  overdue: z.boolean(),
});

const key = z.strictObject({
  id: publicId('key'),
  kid: z.string().min(1),
  thumbprint: z.string().length(43),
  algorithms: z.array(z.enum(['ES256', 'EdDSA'])).length(1),
  createdAt: timestamp,
  expiresAt: optionalTime,
  lastUsedAt: optionalTime,
});

const page = z.strictObject({ next: z.string().nullable(), hasMore: z.boolean() });
const envelope = { success: z.literal(true), message: z.string().min(1) };
const success = (data: z.ZodType) => z.strictObject({ ...envelope, data, timestamp });
const list = (item: z.ZodType) => z.strictObject({ ...envelope, data: z.array(item), page, timestamp });

/** The schemas of data that is one object, by call. Their keys have the documented order. */
export const objects: Record<string, z.ZodObject> = {
  create: created,
  account,
  secret,
  newSecret: z.strictObject({ id, clientId, clientSecret, secret }),
  newKey: z.strictObject({ id, clientId, key }),
};

/** The schemas of the whole answers, by call. */
export const successes: Record<string, z.ZodObject> = {
  ...Object.fromEntries(Object.entries(objects).map(([call, data]) => [call, success(data)])),
  list: list(account),
  secrets: list(secret),
  keys: list(key),
};
