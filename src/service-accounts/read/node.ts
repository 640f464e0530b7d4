import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { type Context, tenantIdOf } from '../../context.js';
import { AppError, invalidField } from '../../errors.js';
import { NodeType } from '../../node.type.js';
import { storedId } from '../../public-id.js';
import { ServiceAccountSecret } from '../secrets/service-account-secret.entity.js';
import { type ServiceAccountSecretType, toSecretType } from '../secrets/service-account-secret.type.js';
import { findAccount } from './find-account.js';

/** How to find what an id with this prefix stands for. @throws AppError NOT_FOUND */
const finders: Record<string, (context: Context, id: string) => Promise<NodeType>> = {
  sa: (context, id) => findAccount(context, { id }),
  secret: findSecret,
};

@Resolver()
export class ReadNode {
  @Query(() => NodeType, {
    nullable: true,
    description:
      'Any object of the tenant of the x-tenantid header by its id, NOT_FOUND if that has none such.',
  })
  node(
    @Arg('id', () => ID, { description: 'An id with a prefix, such as `sa-` or `secret-`.' }) id: string,
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

/** Also one that has ended. */
async function findSecret(context: Context, id: string): Promise<ServiceAccountSecretType> {
  const where = { id, serviceAccount: { tenant: tenantIdOf(context) } };
  const secret = await context.query((em) =>
    em.findOne(ServiceAccountSecret, where, { populate: ['serviceAccount.tenant'] }),
  );
  if (!secret) throw new AppError('NOT_FOUND', { message: 'There is no such secret' });
  return toSecretType(secret, secret.serviceAccount.tenant.secretMaxAgeDays ?? null);
}
