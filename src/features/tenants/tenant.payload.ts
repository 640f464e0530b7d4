import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { TenantType } from './tenant.type.js';

/** What each change of any tenant takes. */
@InputType()
export abstract class TenantInput {
  @Field(() => ID, { description: 'The tenant, a UUID.' })
  id!: string;
}

/** What each change of any tenant answers. */
@ObjectType()
export abstract class TenantPayload {
  @Field(() => TenantType, { description: 'The tenant after the change.' })
  tenant!: TenantType;
}
