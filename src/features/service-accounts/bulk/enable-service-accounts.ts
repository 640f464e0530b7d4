import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../../platform/context.js';
import { changeAccounts } from '../change-account.js';
import { enabling } from '../enable-service-account.js';
import { BulkInput, storedIds } from './bulk.input.js';
import { BulkPayload, toBulkPayload } from './bulk-result.type.js';

@InputType('EnableServiceAccountsInput', { description: 'Which accounts.' })
export class EnableServiceAccountsInput extends BulkInput {}

@ObjectType('EnableServiceAccountsPayload', { description: 'What came of the accounts.' })
export class EnableServiceAccountsPayload extends BulkPayload {}

@Resolver()
export class EnableServiceAccounts {
  @Mutation(() => EnableServiceAccountsPayload, {
    nullable: true,
    description:
      'Enables up to 100 service accounts, as enableServiceAccount does. One that fails does not stop the others. For tenant_admin and super_admin.',
  })
  async enableServiceAccounts(
    @Arg('input', () => EnableServiceAccountsInput, { description: 'Which accounts.' })
    input: EnableServiceAccountsInput,
    @Ctx() context: Context,
  ): Promise<EnableServiceAccountsPayload> {
    const ids = storedIds(input);
    return toBulkPayload(ids, await changeAccounts(context, ids, enabling));
  }
}
