import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Context } from '../../platform/context.js';
import { invalidField } from '../../platform/errors.js';
import { NodeType } from '../../platform/node.type.js';
import { storedId } from '../../platform/public-id.js';
import { findEvent } from '../audit/find-event.js';
import { findAccount } from '../service-accounts/find-account.js';
import { findSecret } from '../service-accounts/secrets/find-secret.js';

/** How to find what an id with this prefix stands for. @throws AppError NOT_FOUND */
const finders: Record<string, (context: Context, id: string) => Promise<NodeType>> = {
  sa: (context, id) => findAccount(context, { id }),
  secret: findSecret,
  audit: findEvent,
};

@Resolver()
export class ReadNode {
  @Query(() => NodeType, {
    nullable: true,
    description:
      'Any object of the tenant of the x-tenantid header by its id, NOT_FOUND if that has none such.',
  })
  node(
    @Arg('id', () => ID, { description: 'An id with a prefix, `sa-`, `secret-` or `audit-`.' }) id: string,
    @Ctx() context: Context,
  ): Promise<NodeType> {
    const prefix = id.slice(0, Math.max(0, id.indexOf('-'))).toLowerCase();
    const find = Object.hasOwn(finders, prefix) ? finders[prefix] : undefined;
    if (!find)
      throw invalidField(
        'id',
        `must begin with one of ${Object.keys(finders)
          .map((known) => `${known}-`)
          .join(', ')}`,
      );
    return find(context, storedId(prefix, id));
  }
}
