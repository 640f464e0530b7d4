import { Extensions, Field, ID, ObjectType } from 'type-graphql';
import { NodeType } from '../../../platform/node.type.js';
import { AccountPayload } from '../payloads.js';
import type { KeyRow } from './service-account-key.entity.js';

/** The maximum number of algorithms of a key. Only an RSA key has two. */
const maxAlgorithms = 2;

@ObjectType('ServiceAccountKey', {
  implements: NodeType,
  description:
    'A public key of a service account. The machine, which alone has the private key, authenticates with `private_key_jwt` (RFC 7523).',
})
export class ServiceAccountKeyType extends NodeType {
  @Field(() => ID, { description: 'The ID of the key: `key-` followed by a UUID.' })
  override id!: string;

  @Field(() => String, {
    description:
      'The key ID, by which the header of an assertion names the key: the `kid` of the JWK, or the thumbprint if it has none.',
  })
  kid!: string;

  @Field(() => String, {
    description:
      'The SHA-256 thumbprint of the key in base64url (RFC 7638), which identifies the key itself.',
  })
  thumbprint!: string;

  @Extensions({ size: maxAlgorithms })
  @Field(() => [String], {
    description:
      'The algorithms that an assertion may be signed with: `ES256`, `ES384`, `EdDSA`, or `RS256` and `PS256`.',
  })
  algorithms!: string[];

  @Field(() => Date, { description: 'The time when the key was added.' })
  createdAt!: Date;

  @Field(() => Date, {
    nullable: true,
    description: 'The time when the key expires or expired. Null if it does not expire.',
  })
  expiresAt!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description:
      'The time when the account last authenticated with this key, accurate to about a minute. Null if it never did.',
  })
  lastUsedAt!: Date | null;
}

/** Converts a stored key to its GraphQL type. */
export const toKeyType = (key: KeyRow): ServiceAccountKeyType => ({
  id: key.id,
  kid: key.kid,
  thumbprint: key.thumbprint,
  algorithms: key.algorithms,
  createdAt: key.createdAt,
  expiresAt: key.expiresAt ?? null,
  lastUsedAt: key.lastUsedAt ?? null,
});

/** The payload of an operation on a key of an account. */
@ObjectType()
export abstract class KeyPayload extends AccountPayload {
  @Field(() => ServiceAccountKeyType, { description: 'The public key that was added or removed.' })
  key!: ServiceAccountKeyType;
}
