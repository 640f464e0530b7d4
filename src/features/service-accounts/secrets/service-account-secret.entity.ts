import { defineEntity, p } from '@mikro-orm/core';
import { ServiceAccount } from '../service-account.entity.js';

/** A secret of an account. The row contains only a hash and a hint, from which the secret cannot be computed. */
const ServiceAccountSecretSchema = defineEntity({
  name: 'ServiceAccountSecret',
  tableName: 'service_account_secret',
  properties: {
    id: p.uuid().primary(),
    serviceAccount: () => p.manyToOne(ServiceAccount),
    /** The HMAC-SHA-256 of the secret with the pepper of `pepperVersion`. */
    hash: p.blob().unique(),
    pepperVersion: p.text(),
    /** The last four characters of the secret. */
    hint: p.text(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3).nullable(),
    revokedAt: p.datetime(3).nullable(),
    lastUsedAt: p.datetime(3).nullable(),
  },
});

export class ServiceAccountSecret extends ServiceAccountSecretSchema.class {}
ServiceAccountSecretSchema.setClass(ServiceAccountSecret);

export type SecretRow = Pick<
  ServiceAccountSecret,
  'id' | 'hint' | 'createdAt' | 'expiresAt' | 'revokedAt' | 'lastUsedAt'
>;
