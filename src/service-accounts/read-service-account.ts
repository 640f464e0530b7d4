import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { type Context, tenantIdOf } from '../context.js';
import { AppError, invalidField } from '../errors.js';
import { toTenantType } from '../tenants/tenant.type.js';
import { isUuid } from '../uuid.js';
import { ServiceAccount } from './service-account.entity.js';
import { ServiceAccountType } from './service-account.type.js';
import { toServiceAccountType } from './to-service-account-type.js';

@Resolver()
export class ReadServiceAccount {
  @Query(() => ServiceAccountType, {
    nullable: true,
    description:
      'One service account of the tenant of the x-tenantid header, NOT_FOUND if that has none such.',
  })
  async serviceAccount(
    @Arg('id', () => ID, { description: 'The id, `sa-` and a UUID.' }) id: string,
    @Ctx() context: Context,
  ): Promise<ServiceAccountType> {
    const tenantId = tenantIdOf(context);
    const where = { id: storedId(id), tenant: tenantId };
    const account = await context.query((em) => em.findOne(ServiceAccount, where, { populate: ['tenant'] }));
    if (!account) throw new AppError('NOT_FOUND', { message: 'There is no such service account' });
    return toServiceAccountType(account, toTenantType(account.tenant));
  }
}

function storedId(id: string): string {
  const [, uuid = ''] = /^sa-(.*)$/i.exec(id) ?? [];
  if (!isUuid(uuid)) throw invalidField('id', 'must be sa- and a UUID');
  return uuid;
}
