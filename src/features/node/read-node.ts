import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { invalidField } from '../../platform/errors.js';
import { idPrefixes, type NodeTypeName, uuidOf } from '../../platform/ids.js';
import { NodeType } from '../../platform/node.type.js';
import { findEvent } from '../audit/audit-events.js';
import { findKey } from '../service-accounts/keys/live-keys.js';
import { findAccount } from '../service-accounts/read-service-account.js';
import { findSecret } from '../service-accounts/secrets/live-secrets.js';
import { findTrust } from '../service-accounts/trusts/live-trusts.js';

/**
 * For each type, a function that finds an object by its UUID. It throws an AppError NOT_FOUND if no such object exists.
 */
const finders: Record<NodeTypeName, (context: Context, id: string) => Promise<NodeType>> = {
  ServiceAccount: (context, id) => findAccount(context, { id }),
  ServiceAccountSecret: findSecret,
  ServiceAccountKey: findKey,
  ServiceAccountTrust: findTrust,
  AuditEvent: findEvent,
};

const types = Object.keys(finders) as NodeTypeName[];
const prefixes = types.map((type) => `${idPrefixes[type]}-`).join(', ');

@Resolver()
export class ReadNode {
  @Query(() => NodeType, {
    nullable: true,
    description:
      'Returns an object by its ID: a service account, a secret, a public key, a trust or an audit log entry. Fails with `NOT_FOUND` if the tenant named by the `x-tenantid` header has no such object. Requires the role `tenant_viewer`, `tenant_admin` or `super_admin`.',
  })
  async node(
    @Arg('id', () => ID, {
      description:
        'The ID of the object: the prefix `sa-`, `secret-`, `key-`, `trust-` or `audit-`, followed by a UUID.',
    })
    id: string,
    @Ctx() context: Context,
  ): Promise<NodeType> {
    const type = types.find((name) => id.toLowerCase().startsWith(`${idPrefixes[name]}-`));
    if (!type) throw invalidField('id', `must start with one of ${prefixes}`);
    return { ...(await finders[type](context, uuidOf(type, id))), __typename: type };
  }
}
