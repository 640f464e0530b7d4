/** How the argument `idempotencyKey` is told in the schema. */
export const idempotencyKeyOptions = {
  nullable: true,
  description:
    'Makes retries safe: the same key and input get the first answer again, for 10 minutes. 16 to 255 characters.',
};
