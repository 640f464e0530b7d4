import { defineEntity, p } from '@mikro-orm/core';
import { ServiceAccount } from '../service-account.entity.js';

/** A claim that the token of a workload must have. */
export interface TrustedClaim {
  /** The name of a claim, or a JSON Pointer to it (RFC 6901). */
  name: string;
  value: string;
}

/**
 * A workload that may authenticate as an account. Its row exists until the trust is removed, or for 30 days after it
 * expires.
 */
const ServiceAccountTrustSchema = defineEntity({
  name: 'ServiceAccountTrust',
  tableName: 'service_account_trust',
  properties: {
    id: p.uuid().primary(),
    serviceAccount: () => p.manyToOne(ServiceAccount),
    /** The name of the issuer in WORKLOAD_ISSUERS_FILE when the trust was added. Only people read it. */
    issuerName: p.text(),
    /** The issuer itself. A name that the operator gives to another issuer later does not change the trust. */
    issuer: p.text(),
    subject: p.text(),
    audience: p.text(),
    claims: p.json().$type<TrustedClaim[]>(),
    /** The hash of what the trust requires. An account has a trust only once. */
    digest: p.text(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3).nullable(),
    lastUsedAt: p.datetime(3).nullable(),
  },
});

export class ServiceAccountTrust extends ServiceAccountTrustSchema.class {}
ServiceAccountTrustSchema.setClass(ServiceAccountTrust);

export type TrustRow = Pick<
  ServiceAccountTrust,
  | 'id'
  | 'issuerName'
  | 'issuer'
  | 'subject'
  | 'audience'
  | 'claims'
  | 'createdAt'
  | 'expiresAt'
  | 'lastUsedAt'
>;
