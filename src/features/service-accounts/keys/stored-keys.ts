import { publicId } from '../../../platform/ids.js';
import type { KeyRow } from './service-account-key.entity.js';

/** The maximum number of keys of an account that have not expired. */
export const maxKeys = 5;

/** SQL for whether the row `key` has not expired. */
export const isLiveSql = '(key.expires_at is null or key.expires_at > statement_timestamp())';

/** SQL for the columns of a `KeyRow`. The statement must name the table `key`. */
export const keyColumns = `
  key.id, key.kid, key.thumbprint, key.algorithms, key.created_at as "createdAt",
  key.expires_at as "expiresAt", key.last_used_at as "lastUsedAt"`;

/** Returns a key as the audit log shows it. */
export const auditedKey = ({ id, thumbprint, expiresAt }: KeyRow) => ({
  key: publicId('ServiceAccountKey', id),
  thumbprint,
  expiresAt: expiresAt ?? null,
});
