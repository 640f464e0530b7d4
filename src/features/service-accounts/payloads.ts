import { Extensions, Field, ID, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { type AppError, invalidField } from '../../platform/errors.js';
import { checkInput } from '../../platform/input-rules.js';
import { NodeId } from '../../platform/node.type.js';
import { isDone, type Outcome } from './outcome.js';
import { ServiceAccountType } from './service-account.type.js';

/** The input of a change of one account. */
@InputType()
export abstract class AccountInput {
  @NodeId('ServiceAccount')
  @Field(() => ID, { description: 'The ID of the service account: `sa-` followed by a UUID.' })
  id!: string;
}

/** The options of the input field `expectedVersion`, which makes a change depend on the version. */
export const expectedVersionOptions = {
  nullable: true,
  description:
    'The `version` of the account that this change is based on. The request fails with `CONFLICT` if the account has another version, unless the request would change nothing. If null or omitted, the version is not checked.',
};

/** The payload of a change of one account. */
@ObjectType()
export abstract class AccountPayload {
  @Field(() => ServiceAccountType, { description: 'The service account after the operation.' })
  serviceAccount!: ServiceAccountType;
}

/** The maximum number of accounts that one request may change. */
export const maxAccounts = 100;

/** The input of a change of several accounts. */
@InputType()
export abstract class BulkInput {
  @NodeId('ServiceAccount')
  @Field(() => [ID], {
    description:
      'The IDs of the service accounts, 1 to 100, without duplicates. Each is `sa-` followed by a UUID.',
  })
  ids!: string[];
}

const size = `must contain 1 to ${maxAccounts} entries`;
const bulkRules = z.object({ ids: z.array(z.string()).min(1, size).max(maxAccounts, size) });

/** Checks the IDs of a change of several accounts. @throws AppError BAD_USER_INPUT */
export function checkBulkInput({ ids }: BulkInput): void {
  checkInput(bulkRules, { ids });
  if (new Set(ids).size < ids.length) throw invalidField('ids', 'must not contain an account twice');
}

@ObjectType('ServiceAccountError', {
  description: 'The reason why a bulk operation failed for one service account.',
})
export class ServiceAccountErrorType {
  @Field(() => String, {
    description:
      'The error code, such as `NOT_FOUND`. The codes are the same as those of a request that fails as a whole.',
  })
  code!: string;

  @Field(() => String, { description: 'A human-readable description of the error.' })
  message!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The field that caused the error. Null if no particular field did.',
  })
  field!: string | null;
}

/** The result of a change of several accounts for one of the accounts. */
@ObjectType()
export abstract class BulkResult {
  @NodeId('ServiceAccount')
  @Field(() => ID, { description: 'The ID of the service account: `sa-` followed by a UUID.' })
  id!: string;

  @Field(() => ServiceAccountType, {
    nullable: true,
    description: 'The service account after the operation. Null if the operation failed for this account.',
  })
  serviceAccount!: ServiceAccountType | null;

  @Field(() => ServiceAccountErrorType, {
    nullable: true,
    description: 'The reason why the operation failed for this account. Null if it succeeded.',
  })
  error!: ServiceAccountErrorType | null;
}

@ObjectType('ServiceAccountResult', {
  description: 'The result of a bulk operation for one service account.',
})
export class ServiceAccountResult extends BulkResult {}

/** The payload of a change of several accounts. */
@ObjectType()
export abstract class BulkPayload {
  @Extensions({ size: maxAccounts })
  @Field(() => [ServiceAccountResult], {
    description: 'The results, one for each service account, in the order of `ids`.',
  })
  results!: ServiceAccountResult[];
}

/** Creates the payload of a change of several accounts. @param outcomes in the order of the IDs */
export const toBulkPayload = (ids: string[], outcomes: Outcome<ServiceAccountType>[]): BulkPayload => ({
  results: outcomes.map((outcome, index) => ({
    id: ids[index] ?? '',
    serviceAccount: isDone(outcome) ? outcome : null,
    error: toErrorType(outcome),
  })),
});

/** Returns the error of an outcome. Null if the outcome is a result. */
export function toErrorType(outcome: Outcome<unknown>): ServiceAccountErrorType | null {
  if (isDone(outcome)) return null;
  const { code, message, details } = outcome as AppError;
  return { code, message, field: (details?.field as string | undefined) ?? null };
}
