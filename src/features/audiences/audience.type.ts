import { Extensions, Field, ID, ObjectType } from 'type-graphql';

@ObjectType('Audience', {
  description:
    'An audience in the audience catalog: an API for which access tokens are issued if a token request names it.',
})
export class AudienceType {
  @Field(() => String, {
    description:
      'The URI of the audience. It is the `resource` of token requests and the `aud` claim of tokens.',
  })
  uri!: string;

  @Field(() => String, { description: 'The name of the audience.' })
  name!: string;

  @Extensions({ cost: 20 })
  @Field(() => [String], {
    description:
      'The names of the permissions that the API knows, in alphabetical order. An access token for the audience contains no others.',
  })
  permissions!: string[];

  @Field(() => ID, {
    nullable: true,
    description:
      'The ID of the tenant whose service accounts get access tokens for the audience. Null if the audience is for all tenants.',
  })
  tenantId!: string | null;

  @Field(() => Date, { description: 'The time when the audience was created.' })
  createdAt!: Date;

  @Field(() => Date, { description: 'The time when the audience was last changed.' })
  updatedAt!: Date;
}
