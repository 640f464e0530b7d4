import { type Context, tenantIdOf } from '../../../platform/context.js';
import { AppError } from '../../../platform/errors.js';
import { ServiceAccountSecret } from './service-account-secret.entity.js';
import { type ServiceAccountSecretType, toSecretType } from './service-account-secret.type.js';

/**
 * One secret of the request's tenant, also one that has ended.
 * @throws AppError NOT_FOUND
 */
export async function findSecret(context: Context, id: string): Promise<ServiceAccountSecretType> {
  const where = { id, serviceAccount: { tenant: tenantIdOf(context) } };
  const secret = await context.query((em) =>
    em.findOne(ServiceAccountSecret, where, { populate: ['serviceAccount.tenant'] }),
  );
  if (!secret) throw new AppError('NOT_FOUND', { message: 'There is no such secret' });
  return toSecretType(secret, secret.serviceAccount.tenant.secretMaxAgeDays ?? null);
}
