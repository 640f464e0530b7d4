import type { createLocalJWKSet } from 'jose';

/** Chooses a key for a token. It is another one after each change of the keys, however small. */
export type KeySet = ReturnType<typeof createLocalJWKSet>;

/** The keys of a realm, as they are now. */
export interface RealmKeys {
  /** @throws AppError SERVICE_UNAVAILABLE when they cannot be read, nor were for 24 hours */
  current(): Promise<KeySet>;
  /** The keys after another look, for a token that the current ones do not fit. @throws the same */
  renewed(): Promise<KeySet>;
}
