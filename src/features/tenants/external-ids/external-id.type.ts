import { Field, InputType, ObjectType } from 'type-graphql';

@ObjectType('TenantExternalId', {
  description: 'An external ID of a tenant: the text by which access tokens of a realm name the tenant.',
})
export class TenantExternalIdType {
  @Field(() => String, { description: 'The name of the realm in the realms file.' })
  realm!: string;

  @Field(() => String, { description: 'The text by which access tokens of the realm name the tenant.' })
  id!: string;
}

@InputType('TenantExternalIdInput', {
  description: 'An external ID of a tenant: the text by which access tokens of a realm name the tenant.',
})
export class TenantExternalIdInput {
  @Field(() => String, { description: 'The name of the realm in the realms file.' })
  realm!: string;

  @Field(() => String, {
    description:
      'The text by which access tokens of the realm name the tenant, 1 to 255 characters. Upper and lower case differ.',
  })
  id!: string;
}
