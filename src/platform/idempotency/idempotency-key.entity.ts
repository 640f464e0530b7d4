import { defineEntity, p } from '@mikro-orm/core';

/** An answer that a retry gets again. Neither the key nor the secret can be read out of it. */
export const IdempotencyKeySchema = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    /** Of the idempotency key under one pepper. Each pepper has a row, so that gateways find it that start with others. */
    hash: p.blob().primary(),
    /** SHA-256 of the input. */
    fingerprint: p.blob(),
    /** AES-256-GCM: nonce, tag and ciphertext. */
    sealedSecret: p.blob(),
    secretId: p.uuid(),
    /** All of them, where there are several. */
    secretIds: p.array().columnType('uuid[]').nullable(),
    /** Everything else that was answered. */
    answer: p.json(),
    expiresAt: p.datetime(3),
  },
});

export class IdempotencyKey extends IdempotencyKeySchema.class {}
IdempotencyKeySchema.setClass(IdempotencyKey);
