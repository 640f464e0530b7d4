import fc from 'fast-check';
import { headerText, mostly, type Part } from './parts.js';
import type { World } from './world.js';

type Header = string | undefined;
export type Headers = Record<string, Header>;

const absent = fc.constant(undefined);
const named = <T extends Record<string, fc.Arbitrary<Part<Header>>>>(headers: T) =>
  fc.record(headers).map(
    (parts): Part<Headers> => ({
      value: Object.fromEntries(Object.entries(parts).map(([name, { value }]) => [name, value])),
      good: Object.values(parts).every(({ good }) => good),
    }),
  );

const goodId = fc.string({ unit: fc.constantFrom(...'abcXYZ019_.:/+=-'), minLength: 1, maxLength: 128 });
const goodKey = fc.uuid().map((uuid) => `key-${uuid}`);

/** Values of `content-type` for a body of JSON. */
export const contentType = mostly<Header>(
  fc.constantFrom('application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"'),
  fc.oneof(
    absent,
    headerText,
    fc.constantFrom(
      'text/plain',
      'application/json; charset=utf-16',
      'application/json; charset=x-unknown',
      'application/merge-patch+json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/graphql',
      'json',
      ';',
    ),
  ),
  14,
);

export const contentEncoding = mostly<Header>(absent, fc.constantFrom('identity', 'gzip', 'br', 'x'), 60);

/** Generates the headers that name the caller, the tenant, the idempotency key and the request id. */
export function callerHeaders({ admins, others, tenant, strangers }: World) {
  return named({
    authorization: mostly<Header>(
      fc.constantFrom(...admins),
      fc.oneof(absent, fc.constantFrom(...others), fc.constantFrom(...others), wildAuthorization(admins)),
      14,
    ),
    'x-tenantid': mostly<Header>(
      fc.constantFrom(tenant, tenant.toUpperCase()),
      fc.oneof(absent, fc.constantFrom(...strangers), fc.uuid(), headerText),
      16,
    ),
    realmname: mostly<Header>(
      fc.constantFrom(undefined, undefined, 'acme'),
      fc.oneof(fc.constantFrom('partner', 'ACME', '__proto__', 'constructor', ''), headerText),
      24,
    ),
    'idempotency-key': mostly<Header>(
      fc.oneof({ weight: 4, arbitrary: absent }, { weight: 1, arbitrary: goodKey }),
      fc.oneof(fc.constantFrom('again-and-again-and-again', 'short', 'x'.repeat(256)), headerText),
      24,
    ),
    'x-request-id': mostly<Header>(
      fc.oneof(absent, goodId),
      fc.oneof(headerText, fc.constant('x'.repeat(129))),
      8,
    ),
    'user-agent': mostly<Header>(fc.oneof(absent, headerText), fc.constant('x'.repeat(300)), 50),
  });
}

function wildAuthorization(admins: string[]): fc.Arbitrary<string> {
  const [token = ''] = admins;
  return fc.oneof(
    headerText,
    headerText.map((text) => `Bearer ${text}`),
    fc.nat({ max: token.length }).map((length) => token.slice(0, length).trim()),
    fc
      .tuple(fc.nat({ max: token.length - 1 }), fc.constantFrom(...'aZ0-_.'))
      .map(([at, character]) => (token.slice(0, at) + character + token.slice(at + 1)).trim()),
    fc.constantFrom(
      'Basic YTpi',
      'Bearer',
      'bearer  a.b.c',
      'Bearer a.b.c',
      'DPoP a.b.c',
      `${token}, ${token}`,
    ),
  );
}
