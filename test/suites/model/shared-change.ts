import { randomUUID } from 'node:crypto';
import type fc from 'fast-check';
import { assertThat } from '../generated/assert.js';
import type { Model } from './account.js';
import { type Asked, toInput } from './asked.js';
import type { Told, Transport } from './calls.js';
import { asOne, assertPlace, assertTells, countReplays } from './common-outcome.js';
import type { Change } from './own-rules.js';
import type { Client } from './site.js';
import { type Shared, sharedNames } from './site.js';
import { actionOf, sets } from './snapshot.js';

/** The refusals that a simultaneous change by another client can cause. */
const refusals: Record<Change, string[]> = {
  update: ['CONFLICT status', 'CONFLICT name', 'CONFLICT expectedVersion'],
  setPermissions: ['CONFLICT status', 'CONFLICT expectedVersion'],
  disable: ['CONFLICT status'],
  enable: ['CONFLICT status'],
  delete: [],
  restore: ['CONFLICT status', 'CONFLICT name', 'LIMIT_REACHED'],
  // Another client may have ended the new secret before the second answer about it.
  rotate: ['CONFLICT status', 'CONFLICT secrets', 'CONFLICT idempotencyKey'],
  createSecret: ['CONFLICT status', 'CONFLICT secrets', 'CONFLICT idempotencyKey'],
  revoke: ['CONFLICT status'],
};

/** Changes an account that others change at the same time, so that only impossible outcomes can be found. */
export class SharedChange implements fc.AsyncCommand<Model, Client> {
  constructor(
    private readonly operation: Change,
    private readonly asked: Asked,
    private readonly which: number,
    private readonly transport: Transport | 'both',
  ) {}

  check(): boolean {
    return true;
  }

  async run(_model: Model, client: Client): Promise<void> {
    const { operation } = this;
    const { quota, shared } = client.site;
    const account = shared[this.which % shared.length];
    assertThat(account, 'nothing is shared');
    if (operation === 'revoke' && account.secrets.length === 0) return;
    const input = toInput(this.asked, { ...account, names: sharedNames });
    // A random description makes each update a change, which has an event.
    if (operation === 'update') input.description = randomUUID();
    const seen = account.version;
    const claim = operation === 'restore' ? quota.claim(0) : undefined;
    const outcomes = await client.askThrough(this.transport, operation, input);
    const outcome = asOne(outcomes, refusals[operation]);
    if (claim) {
      quota.settle(claim, 'told' in outcome);
      assertPlace(quota, claim, outcome);
    }
    countReplays(account.counts, operation, outcomes);
    if ('told' in outcome) this.learn(account, input, outcome.told, seen);
    else assertThat(refusals[operation].includes(outcome.refusal), `${operation}: ${outcome.refusal}`);
  }

  private learn(account: Shared, input: ReturnType<typeof toInput>, told: Told, seen: number): void {
    account.counts.add(actionOf[this.operation]);
    if (told.secret && this.operation !== 'revoke') account.secrets.push(told.secret.id);
    if (!told.account) return;
    assertTells(told.account, sets[this.operation](input));
    const version = Number(told.account.version ?? seen);
    assertThat(version >= seen, `version ${version} after ${seen}`);
    account.version = Math.max(account.version, version);
  }

  toString(): string {
    return `${this.operation}(${JSON.stringify(this.asked)}) of shared ${this.which} through ${this.transport}`;
  }
}
