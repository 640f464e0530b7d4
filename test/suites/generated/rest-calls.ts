import fc from 'fast-check';
import { newPublicKey } from '../../features/service-accounts/keys/key-calls.js';
import { inFuture, mostly, type Part, wildText } from './parts.js';
import { goodInput, wildBody } from './rest-body.js';
import { listQuery, noQuery } from './rest-query.js';
import type { World } from './world.js';

type Body = Part<Buffer | undefined>;

/** A request without its caller. */
export interface Target {
  method: string;
  path: string;
  body: Body;
  /** The name of the call, as in `rest-data.ts`. */
  call: string;
  good: boolean;
}

const accounts = '/api/v1/admin/service-account';

/** The names of the calls other than the documented one, by method and path. */
const paths: Record<string, string> = {
  'GET ': 'list',
  'GET /:id': 'account',
  'PATCH /:id': 'account',
  'DELETE /:id': 'account',
  'PUT /:id/permissions': 'account',
  'POST /:id/disable': 'account',
  'POST /:id/enable': 'account',
  'POST /:id/restore': 'account',
  'POST /:id/rotate-secret': 'newSecret',
  'GET /:id/secret': 'secrets',
  'POST /:id/secret': 'newSecret',
  'DELETE /:id/secret/:secretId': 'secret',
  'GET /:id/key': 'keys',
  'POST /:id/key': 'newKey',
};

const toBody = (value: unknown): Body => ({ value: Buffer.from(JSON.stringify(value)), good: true });
const none = fc.constantFrom<Body>({ value: undefined, good: true }, toBody({}));
const json = (input: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 5, arbitrary: input.map(toBody) }, { weight: 1, arbitrary: wildBody });
/** Generates bodies of calls that take none. A wild body is rare. */
const hardly = fc.oneof({ weight: 19, arbitrary: none }, { weight: 1, arbitrary: wildBody });

const update = goodInput.map(
  ({ permissions: _permissions, withoutSecret: _withoutSecret, name, ...input }) => ({
    ...input,
    ...(name != null && { name }),
  }),
);

/** Few public keys, so that an account often has a key already. */
const publicKeys = fc.constantFrom(...Array.from({ length: 8 }, () => newPublicKey()));

const bodies: Record<string, fc.Arbitrary<Body>> = {
  'PATCH /:id': json(update),
  'PUT /:id/permissions': json(
    fc.record({ permissions: fc.constantFrom([], ['api:read'], ['api:write', 'api:read']) }),
  ),
  'POST /:id/rotate-secret': json(
    fc.record({ overlapSeconds: fc.constantFrom(0, 60, 86_400, null) }, { requiredKeys: [] }),
  ),
  'POST /:id/secret': json(
    fc.record({ expiresAt: fc.oneof(inFuture, fc.constant(null)) }, { requiredKeys: [] }),
  ),
  'POST /:id/key': json(
    fc.record(
      { publicKey: publicKeys, expiresAt: fc.oneof(inFuture, fc.constant(null)) },
      { requiredKeys: ['publicKey'] },
    ),
  ),
};

const wildId = fc.oneof(
  fc.uuid().map((uuid) => `sa-${uuid}`),
  fc.constantFrom('sa-', '%00', '%2f', '%zz', '%e2%82', 'constructor', '__proto__', 'create', '*', '%20'),
  // A path cannot have lone surrogates, which Buffer replaces.
  wildText
    .map((text) => encodeURIComponent(Buffer.from(text).toString()))
    .filter((text) => !/^\.*$/.test(text)),
);

const wildMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

/** Generates requests for the calls other than the documented one. */
export function otherCalls(world: World): fc.Arbitrary<Target> {
  const pair = mostly(
    fc.constantFrom(...world.secrets),
    fc.record({
      id: fc.oneof(wildId, fc.constantFrom(...world.accounts)),
      secretId: fc.oneof(wildId, fc.constantFrom(...world.secrets.map(({ secretId }) => secretId))),
    }),
    12,
  );
  const lists = listQuery(world);
  return fc.constantFrom(...Object.keys(paths)).chain((row) => {
    const [right = '', template = ''] = row.split(' ');
    return fc
      .record({
        ids: pair,
        method: mostly(fc.constant(right), fc.constantFrom(...wildMethods), 30),
        query: template === '' ? lists : noQuery,
        body: bodies[row] ?? hardly,
      })
      .map(({ ids, method, query, body }) => {
        const path = template
          .replace(':id', () => ids.value.id)
          .replace(':secretId', () => ids.value.secretId);
        const parts = [method, query, body, ...(template === '' ? [] : [ids])];
        return {
          method: method.value,
          path: `${accounts}${path}${query.value && `?${query.value}`}`,
          body,
          call: paths[`${method.value} ${template}`] ?? 'none',
          good: parts.every(({ good }) => good),
        };
      });
  });
}
