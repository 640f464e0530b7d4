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
  @Field(() => ID, { description: 'The account.' })
  id!: string;
}

/** The options of the input field `expectedVersion`, which makes a change conditional. */
export const expectedVersionOptions = {
  nullable: true,
  description: 'The version that you have seen. If it has another one by now, that is a CONFLICT.',
};

/** The payload of a change of one account. */
@ObjectType()
export abstract class AccountPayload {
  @Field(() => ServiceAccountType, { description: 'The account after the change.' })
  serviceAccount!: ServiceAccountType;
}

/** The maximum number of accounts that one request may change. */
export const maxAccounts = 100;

/** The input of a change of several accounts. */
@InputType()
export abstract class BulkInput {
  @NodeId('ServiceAccount')
  @Field(() => [ID], { description: 'The accounts, each once: 1 to 100.' })
  ids!: string[];
}

const size = `must contain 1 to ${maxAccounts} entries`;
const bulkRules = z.object({ ids: z.array(z.string()).min(1, size).max(maxAccounts, size) });

/** Checks the ids of a change of several accounts. @throws AppError BAD_USER_INPUT */
export function checkBulkInput({ ids }: BulkInput): void {
  checkInput(bulkRules, { ids });
  if (new Set(ids).size < ids.length) throw invalidField('ids', 'must not contain an account twice');
}

@ObjectType('ServiceAccountError', {
  description: 'Why nothing was done with one of the accounts that a mutation is about.',
})
export class ServiceAccountErrorType {
  @Field(() => String, { description: 'As `code` in the extensions of an error: `NOT_FOUND`, say.' })
  code!: string;

  @Field(() => String, { description: 'The reason.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'The field that it is about.' })
  field!: string | null;
}

/** The result for one account of several. */
@ObjectType()
export abstract class BulkResult {
  @NodeId('ServiceAccount')
  @Field(() => ID, { description: 'The account that was asked for.' })
  id!: string;

  @Field(() => ServiceAccountType, {
    nullable: true,
    description: 'The account after the change. Null when nothing was done.',
  })
  serviceAccount!: ServiceAccountType | null;

  @Field(() => ServiceAccountErrorType, {
    nullable: true,
    description: 'Why nothing was done. Null when it was.',
  })
  error!: ServiceAccountErrorType | null;
}

@ObjectType('ServiceAccountResult', { description: 'What came of one of the accounts.' })
export class ServiceAccountResult extends BulkResult {}

/** The payload of a change of several accounts. */
@ObjectType()
export abstract class BulkPayload {
  @Extensions({ size: maxAccounts })
  @Field(() => [ServiceAccountResult], { description: 'What came of each, in the order of `ids`.' })
  results!: ServiceAccountResult[];
}

/** Makes the payload of a change of several accounts. @param outcomes in the order of the ids */
export const toBulkPayload = (ids: string[], outcomes: Outcome<ServiceAccountType>[]): BulkPayload => ({
  results: outcomes.map((outcome, index) => ({
    id: ids[index] ?? '',
    serviceAccount: isDone(outcome) ? outcome : null,
    error: toErrorType(outcome),
  })),
});

/** Returns the error of an account that was not changed; null if it was changed. */
export function toErrorType(outcome: Outcome<unknown>): ServiceAccountErrorType | null {
  if (isDone(outcome)) return null;
  const { code, message, details } = outcome as AppError;
  return { code, message, field: (details?.field as string | undefined) ?? null };
}
