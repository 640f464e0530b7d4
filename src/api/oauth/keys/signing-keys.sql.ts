import type { JWK } from 'jose';
import { longestTokenLifetime, type SigningAlgorithm } from '../../../platform/auth/access-token-settings.js';
import { prepared } from '../../../platform/database/sql.js';

/**
 * Seconds from the publication of a key to its first signature. Whoever verifies keeps the JWKS for up to five
 * minutes, and gateways notice the key within ten seconds.
 */
export const publishedBefore = 10 * 60;

/** Seconds beyond the last token's life: for gateways that notice late, and for verifiers whose clocks are slow. */
const slack = 10 * 60;

/** What a key does: it will sign, signs, has signed and is published still, or is over. */
export type KeyState = 'next' | 'signs' | 'published' | 'retired';

export interface KeyRow {
  kid: string;
  algorithm: SigningAlgorithm;
  publicKey: JWK;
  sealedPrivateKey: Buffer | null;
  /** Of the key encryption key that it is sealed under. */
  keyVersion: string | null;
  madeAt: Date;
  startsAt: Date;
  retiresAt: Date | null;
  state: KeyState;
  /** Whether it has no successor yet. */
  newest: boolean;
  /** Whether it has signed for so long that its successor is to be published. */
  due: boolean;
  /** When this was read, by the clock of the database. */
  readAt: Date;
}

/**
 * All keys, the latest first. What they do is told by the clock of the database, which all gateways share. Not by
 * now(), which is from before the snapshot: a key that was made in between would seem to be yet to sign.
 * Parameter: the days for which a key signs.
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
/** A timestamp of the table is rounded to milliseconds, and must not be rounded up to one that is still to come. */
const atOnce = `date_trunc('milliseconds', now())`;

/**
 * A key where there is none, which signs at once. Of gateways that do this at the same time one succeeds.
 * Parameters 1 to 5, here and below: the key's columns in their order.
 */
export const insertFirst = prepared(
  'first-signing-key',
  `insert into ${columns} select $1, $2, $3, $4, $5, ${atOnce}
   where not exists (select from signing_key where retires_at is null) on conflict do nothing`,
);

/** The successor of the newest key ($6), unless that has one by now. Returns a row if it was made. */
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
 * A key in the place of all others. A successor that was made at the same time is not seen and makes it fail: the
 * index allows one newest key.
 */
export const insertInstead = prepared(
  'only-signing-key',
  `with gone as (delete from signing_key returning kid)
   insert into ${columns} select $1, $2, $3, $4, $5, ${atOnce} from (select count(*) from gone) as done`,
);

/** Seals a key anew ($3, $4), unless somebody else just has. */
export const updateSeal = prepared(
  'seal-signing-key',
  'update signing_key set sealed_private_key = $3, key_version = $4 where kid = $1 and sealed_private_key = $2',
);

/** Deletes what is over: keys that no token needs, and private parts whose successor has begun to sign. */
export const deleteOver = prepared(
  'signing-keys-over',
  `with gone as (delete from signing_key where retires_at <= now())
   update signing_key as key set sealed_private_key = null, key_version = null
   where sealed_private_key is not null and retires_at > now() and exists (
     select from signing_key as later where later.starts_at <= now()
     and (later.starts_at, later.created_at) > (key.starts_at, key.created_at))`,
);
