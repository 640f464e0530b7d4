import { Field, ObjectType } from 'type-graphql';
import { AccountPayload } from '../account.payload.js';
import { ServiceAccountSecretType } from './service-account-secret.type.js';

/** What each operation answers that makes a secret for an account that is there. */
@ObjectType()
export abstract class NewSecretPayload extends AccountPayload {
  @Field(() => ServiceAccountSecretType, { description: 'What is kept of the new secret.' })
  secret!: ServiceAccountSecretType;

  @Field(() => String, { description: 'The secret. It is shown here, this once, and cannot be read again.' })
  clientSecret!: string;
}
