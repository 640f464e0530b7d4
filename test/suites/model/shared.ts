import { assertThat } from '../generated/assert.js';
import { actionOf } from './facts.js';
import type { Client } from './site.js';
import { Tally } from './tally.js';

/** An account that all clients change at the same time: none of them knows more than this. */
export interface Shared {
  id: string;
  /** The highest that an answer told. */
  version: number;
  /** Those that an answer told. */
  secrets: string[];
  /** What was acknowledged. Some of it was no change, such as to disable what is disabled. */
  tally: Tally;
}

/** They are fewer than there are accounts and names to give them, so that some are taken. */
export const sharedNames = ['shared 1', 'shared 2', 'shared 3'];

export async function createShared(client: Client, number: number): Promise<Shared> {
  const outcome = await client.ask('rest', 'create', { name: sharedNames[number] });
  assertThat('told' in outcome && outcome.told.account, 'no account to share');
  const tally = new Tally();
  tally.add(actionOf.create);
  return { id: outcome.told.account.id, version: 1, secrets: [], tally };
}
