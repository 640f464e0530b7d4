import { defineEntity, p } from '@mikro-orm/core';

/** A stored response that a retry receives again. The row reveals neither the idempotency key nor the secret. */
const IdempotencyKeySchema = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    /**
     * The hash of the key under one pepper. A response has a row for each pepper, so that gateways with other peppers
     * find it.
     */
    hash: p.blob().primary(),
    /** The SHA-256 hash of the input. */
    fingerprint: p.blob(),
    /** The nonce, tag and ciphertext of AES-256-GCM. */
    sealedSecret: p.blob(),
    /** The ID of the secret in the response, of its public key, or of its account if that was created without a secret. */
    secretId: p.uuid(),
    /** The IDs of all secrets in the response, or of its public key. Null if the response contains only one secret. */
    secretIds: p.array().columnType('uuid[]').nullable(),
    /** The response without its secrets. */
    answer: p.json(),
    expiresAt: p.datetime(3),
  },
});

export class IdempotencyKey extends IdempotencyKeySchema.class {}
IdempotencyKeySchema.setClass(IdempotencyKey);
