import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../../platform/context.js';
import { changeAccounts } from '../change-account.js';
import { disabling } from '../disable-service-account.js';
import { BulkInput, storedIds } from './bulk.input.js';
import { BulkPayload, toBulkPayload } from './bulk-result.type.js';

@InputType('DisableServiceAccountsInput', { description: 'Which accounts.' })
export class DisableServiceAccountsInput extends BulkInput {}

@ObjectType('DisableServiceAccountsPayload', { description: 'What came of the accounts.' })
export class DisableServiceAccountsPayload extends BulkPayload {}

@Resolver()
export class DisableServiceAccounts {
  @Mutation(() => DisableServiceAccountsPayload, {
    nullable: true,
    description:
      'Disables up to 100 service accounts, as disableServiceAccount does. One that fails does not stop the others. For tenant_admin and super_admin.',
  })
  async disableServiceAccounts(
    @Arg('input', () => DisableServiceAccountsInput, { description: 'Which accounts.' })
    input: DisableServiceAccountsInput,
    @Ctx() context: Context,
  ): Promise<DisableServiceAccountsPayload> {
    const ids = storedIds(input);
    return toBulkPayload(ids, await changeAccounts(context, ids, disabling));
  }
}
