import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Context } from '../../../platform/context.js';
import type { Lanes } from '../../../platform/database/lanes.js';
import { changeAccounts } from '../change-account.js';
import { deleting } from '../delete-service-account.js';
import { BulkInput, storedIds } from './bulk.input.js';
import { BulkPayload, toBulkPayload } from './bulk-result.type.js';

@InputType('DeleteServiceAccountsInput', { description: 'Which accounts.' })
export class DeleteServiceAccountsInput extends BulkInput {}

@ObjectType('DeleteServiceAccountsPayload', { description: 'What came of the accounts.' })
export class DeleteServiceAccountsPayload extends BulkPayload {}

@Resolver()
export class DeleteServiceAccounts {
  constructor(private readonly tenantLanes: Lanes) {}

  @Mutation(() => DeleteServiceAccountsPayload, {
    nullable: true,
    description:
      'Deletes up to 100 service accounts, as deleteServiceAccount does. One that fails does not stop the others. For tenant_admin and super_admin.',
  })
  async deleteServiceAccounts(
    @Arg('input', () => DeleteServiceAccountsInput, { description: 'Which accounts.' })
    input: DeleteServiceAccountsInput,
    @Ctx() context: Context,
  ): Promise<DeleteServiceAccountsPayload> {
    const ids = storedIds(input);
    return toBulkPayload(ids, await changeAccounts(context, ids, deleting(this.tenantLanes)));
  }
}
