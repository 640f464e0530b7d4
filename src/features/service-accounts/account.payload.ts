import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { ServiceAccountType } from './service-account.type.js';

/** What each change of an account takes. */
@InputType()
export abstract class AccountInput {
  @Field(() => ID, { description: 'The account.' })
  id!: string;
}

/** What each change of an account answers. */
@ObjectType()
export abstract class AccountPayload {
  @Field(() => ServiceAccountType, { description: 'The account after the change.' })
  serviceAccount!: ServiceAccountType;
}
