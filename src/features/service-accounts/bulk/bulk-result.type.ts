import { Extensions, Field, ID, ObjectType } from 'type-graphql';
import type { AppError } from '../../../platform/errors.js';
import { isDone, type Outcome } from '../outcome.js';
import { ServiceAccountType } from '../service-account.type.js';
import { mostAtOnce } from './bulk.input.js';

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

/** What is told of each account, whatever the mutation. */
@ObjectType()
export abstract class BulkResult {
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

/** What each change of several accounts answers. */
@ObjectType()
export abstract class BulkPayload {
  @Extensions({ size: mostAtOnce })
  @Field(() => [ServiceAccountResult], { description: 'What came of each, in the order of `ids`.' })
  results!: ServiceAccountResult[];
}

/** @param ids as they are stored @param outcomes in their order */
export const toBulkPayload = (ids: string[], outcomes: Outcome<ServiceAccountType>[]): BulkPayload => ({
  results: outcomes.map((outcome, index) => ({
    id: `sa-${ids[index]}`,
    serviceAccount: isDone(outcome) ? outcome : null,
    error: toErrorType(outcome),
  })),
});

/** @returns null for what was done */
export function toErrorType(outcome: Outcome<unknown>): ServiceAccountErrorType | null {
  if (isDone(outcome)) return null;
  const { code, message, details } = outcome as AppError;
  return { code, message, field: (details?.field as string | undefined) ?? null };
}
