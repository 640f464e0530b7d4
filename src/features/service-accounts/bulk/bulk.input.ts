import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { invalidField } from '../../../platform/errors.js';
import { checkInput } from '../../../platform/input-rules.js';
import { storedId } from '../../../platform/public-id.js';

/** How many accounts one call may change. */
export const mostAtOnce = 100;

/** What each change of several accounts takes. */
@InputType()
export abstract class BulkInput {
  @Field(() => [ID], { description: 'The accounts, each once: 1 to 100.' })
  ids!: string[];
}

const size = `must have 1 to ${mostAtOnce} entries`;
const rules = z.object({ ids: z.array(z.string()).min(1, size).max(mostAtOnce, size) });

/** The accounts as they are stored. @throws AppError BAD_USER_INPUT, and nothing is changed */
export function storedIds({ ids }: BulkInput): string[] {
  checkInput(rules, { ids });
  const stored = ids.map((id, index) => storedId('sa', id, `ids.${index}`));
  if (new Set(stored).size < stored.length) throw invalidField('ids', 'must have each account once');
  return stored;
}
