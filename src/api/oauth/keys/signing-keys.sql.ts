import type { JWK } from 'jose';
import { longestTokenLifetime, type SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import { prepared } from '../../../platform/database/sql.js';

/**
 * Seconds from the publication of a key to its first signature. Verifiers cache the JWKS for up to five minutes, and
 * other gateways notice the key within ten seconds.
 */
const publishedBefore = 10 * 60;

/**
 * Seconds for which a key stays published after its last token has expired, for gateways that notice its successor late
 * and for verifiers whose clocks are slow.
 */
const slack = 10 * 60;

/** Tells whether a key will sign, signs, is only published since its successor signs, or is no longer published. */
type KeyState = 'next' | 'signs' | 'published' | 'retired';

export interface KeyRow {
  kid: string;
  algorithm: SigningAlgorithm;
  publicKey: JWK;
  sealedPrivateKey: Buffer | null;
  /** The version of the key encryption key that the private key is sealed under. */
  keyVersion: string | null;
  madeAt: Date;
  startsAt: Date;
  retiresAt: Date | null;
  state: KeyState;
  /** True as long as the key has no successor. */
  newest: boolean;
  /** Tells whether the successor of the key should be published now. */
  due: boolean;
  /** When the row was read, by the clock of the database. */
  readAt: Date;
}

/**
 * Selects all keys, the latest first. Their state depends on the clock of the database, which all gateways share. It is
 * not now(), which precedes the snapshot: a key inserted in between would appear as one that does not sign yet.
 * Its parameter is the number of days for which a key signs.
 */
export const readKeys = prepared<KeyRow>(
  'signing-keys',
  `with clock as materialized (select clock_timestamp() as time)
   select kid, algorithm, public_key as "publicKey", sealed_private_key as "sealedPrivateKey",
     key_version as "keyVersion", created_at as "madeAt", starts_at as "startsAt", retires_at as "retiresAt",
     case when retires_at <= time then 'retired' when starts_at > time then 'next'
       when row_number() over (partition by starts_at > time order by starts_at desc, created_at desc, kid) = 1
       then 'signs' else 'published' end as state,
     retires_at is null as newest,
     starts_at + make_interval(secs => $1 * 86400 - ${publishedBefore}) <= time as due, time as "readAt"
   from signing_key cross join clock order by starts_at desc, created_at desc, kid`,
);

const columns = 'signing_key (kid, algorithm, public_key, sealed_private_key, key_version, starts_at)';
/** The time at which a key signs at once. The column would round it to milliseconds, maybe up to a future time. */
const atOnce = `date_trunc('milliseconds', now())`;

/**
 * Inserts a key that signs at once, if there is none. When gateways do this at the same time, one of them succeeds.
 * Parameters 1 to 5 are the columns of the key in the order of `newKey`.
 */
export const insertFirst = prepared(
  'first-signing-key',
  `insert into ${columns} select $1, $2, $3, $4, $5, ${atOnce}
   where not exists (select from signing_key where retires_at is null) on conflict do nothing`,
);

/**
 * Inserts the successor of the newest key ($6), unless that has one by now. It returns a row if it was inserted.
 * Parameters 1 to 5 are the columns of the key in the order of `newKey`.
 */
export const insertSuccessor = prepared<{ kid: string }>(
  'next-signing-key',
  `with predecessor as (
     update signing_key
     set retires_at = now() + make_interval(secs => ${publishedBefore + longestTokenLifetime + slack})
     where kid = $6 and retires_at is null returning kid)
   insert into ${columns}
   select $1, $2, $3, $4, $5, now() + make_interval(secs => ${publishedBefore}) from predecessor returning kid`,
);

/**
 * Deletes all keys and inserts one that signs at once. It does not see a successor that was inserted at the same time
 * and then fails, since a unique index allows one newest key.
 * Parameters 1 to 5 are the columns of the key in the order of `newKey`.
 */
export const insertOnly = prepared(
  'only-signing-key',
  `with gone as (delete from signing_key returning kid)
   insert into ${columns} select $1, $2, $3, $4, $5, ${atOnce} from (select count(*) from gone) as done`,
);

/** Stores a private key that was sealed anew ($3, $4), unless another gateway has just done the same. */
export const updateSeal = prepared(
  'seal-signing-key',
  'update signing_key set sealed_private_key = $3, key_version = $4 where kid = $1 and sealed_private_key = $2',
);

/** Deletes keys that no token needs any more, and the private keys of those whose successor has begun to sign. */
export const deleteRetired = prepared(
  'signing-keys-over',
  `with gone as (delete from signing_key where retires_at <= now())
   update signing_key as key set sealed_private_key = null, key_version = null
   where sealed_private_key is not null and retires_at > now() and exists (
     select from signing_key as later where later.starts_at <= now()
     and (later.starts_at, later.created_at) > (key.starts_at, key.created_at))`,
);
