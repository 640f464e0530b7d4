import type { JWK } from 'jose';
import { longestTokenLifetime, type SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import { prepared } from '../../../platform/database/sql.js';

/**
 * The number of seconds from the publication of a key to its first signature. Verifiers cache the JWKS for up to five
 * minutes, and other gateways notice the key within ten seconds.
 */
const publishedBefore = 10 * 60;

/**
 * The number of seconds for which a key remains published after its last token has expired. This time is for gateways
 * that notice the successor late, and for verifiers whose clocks are slow.
 */
const slack = 10 * 60;

/**
 * The state of a key: it will sign, it signs, it is still published although its successor signs, or it is no longer
 * published.
 */
type KeyState = 'next' | 'signs' | 'published' | 'retired';

export interface KeyRow {
  kid: string;
  algorithm: SigningAlgorithm;
  publicKey: JWK;
  sealedPrivateKey: Buffer | null;
  /** The version of the key encryption key that encrypts the private key. */
  keyVersion: string | null;
  madeAt: Date;
  startsAt: Date;
  retiresAt: Date | null;
  state: KeyState;
  /** Whether the key has no successor. */
  newest: boolean;
  /** Whether the successor of the key should be published now. */
  due: boolean;
  /** The time at which the row was read, by the clock of the database. */
  readAt: Date;
}

/**
 * Selects all keys, latest first. The state of a key depends on the clock of the database, which all gateways share.
 * The statement does not use now(), because that time precedes the snapshot. A key inserted between the two would
 * appear as a key that does not sign yet.
 * The parameter is the number of days for which a key signs.
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
/**
 * The start time of a key that signs immediately. Without truncation, the column would round it to milliseconds,
 * possibly to a future time.
 */
const currentTime = `date_trunc('milliseconds', now())`;

/**
 * Inserts a key that signs immediately, if no key exists. If several gateways do this at the same time, one of them
 * succeeds.
 * Parameters 1 to 5 are the columns of the key in the order of `newKey`.
 */
export const insertFirst = prepared(
  'first-signing-key',
  `insert into ${columns} select $1, $2, $3, $4, $5, ${currentTime}
   where not exists (select from signing_key where retires_at is null) on conflict do nothing`,
);

/**
 * Inserts the successor of the newest key ($6), unless that key already has a successor. It returns a row if the
 * successor was inserted.
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
 * Deletes all keys and inserts a key that signs immediately. The statement does not see a successor that is inserted at
 * the same time. It then fails, because a unique index allows only one newest key.
 * Parameters 1 to 5 are the columns of the key in the order of `newKey`.
 */
export const insertOnly = prepared(
  'only-signing-key',
  `with gone as (delete from signing_key returning kid)
   insert into ${columns} select $1, $2, $3, $4, $5, ${currentTime} from (select count(*) from gone) as done`,
);

/** Stores a private key that was encrypted again ($3, $4), unless another gateway has just done the same. */
export const updateSeal = prepared(
  'seal-signing-key',
  'update signing_key set sealed_private_key = $3, key_version = $4 where kid = $1 and sealed_private_key = $2',
);

/** Deletes keys that no valid token needs, and deletes the private keys of keys whose successor has begun to sign. */
export const deleteRetired = prepared(
  'signing-keys-over',
  `with gone as (delete from signing_key where retires_at <= now())
   update signing_key as key set sealed_private_key = null, key_version = null
   where sealed_private_key is not null and retires_at > now() and exists (
     select from signing_key as later where later.starts_at <= now()
     and (later.starts_at, later.created_at) > (key.starts_at, key.created_at))`,
);
