import { defineEntity, p } from '@mikro-orm/core';
import type { JWK } from 'jose';
import { ServiceAccount } from '../service-account.entity.js';

/** A public key of an account. Its row exists until the key is removed, or for 30 days after it expires. */
const ServiceAccountKeySchema = defineEntity({
  name: 'ServiceAccountKey',
  tableName: 'service_account_key',
  properties: {
    id: p.uuid().primary(),
    serviceAccount: () => p.manyToOne(ServiceAccount),
    /** The key ID in the header of assertions (RFC 7515, section 4.1.4). Keys of an account can share one. */
    kid: p.text(),
    /** The SHA-256 thumbprint of the key (RFC 7638). An account has a key only once. */
    thumbprint: p.text(),
    /** The algorithms that assertions may be signed with (RFC 7518, section 3.1). */
    algorithms: p.array().columnType('text[]'),
    /** The JWK, with only the members that determine the thumbprint. */
    publicKey: p.json().$type<JWK>(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3).nullable(),
    lastUsedAt: p.datetime(3).nullable(),
  },
});

export class ServiceAccountKey extends ServiceAccountKeySchema.class {}
ServiceAccountKeySchema.setClass(ServiceAccountKey);

export type KeyRow = Pick<
  ServiceAccountKey,
  'id' | 'kid' | 'thumbprint' | 'algorithms' | 'createdAt' | 'expiresAt' | 'lastUsedAt'
>;
