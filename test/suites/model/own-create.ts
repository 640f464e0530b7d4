import type fc from 'fast-check';
import { assertThat } from '../generated/assert.js';
import { isTaken, type Model } from './account.js';
import { type Asked, toInput } from './asked.js';
import type { Transport } from './calls.js';
import { asOne, assertPlace, assertTells, countReplays, refusalOf } from './common-outcome.js';
import { Counter } from './counter.js';
import { checkOwn } from './own.js';
import { readRows } from './rows.js';
import type { Client } from './site.js';
import { actionOf, type Snapshot, sets } from './snapshot.js';

const automaticName = /^service-account-\d{14}(-\d+)?$/;

/** Creates an account under one of the client's own names, or under an automatic name. */
export class OwnCreate implements fc.AsyncCommand<Model, Client> {
  constructor(
    private readonly asked: Asked,
    private readonly transport: Transport | 'both',
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, client: Client): Promise<void> {
    const { quota } = client.site;
    const input = toInput(this.asked, client);
    const expected = isTaken(model, input.name) ? 'CONFLICT name' : undefined;
    const claim = quota.claim(1);
    const outcomes = await client.askThrough(this.transport, 'create', input);
    // One of two requests may find the tenant full, and the other one a place that has become free.
    const outcome = asOne(outcomes, ['LIMIT_REACHED']);
    quota.settle(claim, 'told' in outcome);
    assertPlace(quota, claim, outcome);
    const refusal = refusalOf(outcome);
    if (expected || refusal !== 'LIMIT_REACHED')
      assertThat(refusal === expected, `create: ${refusal}, expected ${expected}`);
    if ('told' in outcome) {
      const { account, clientSecret } = outcome.told;
      assertThat(account, 'there is no account in the answer');
      const { name } = account;
      assertThat(input.name ?? automaticName.test(String(name)), `the automatic name ${name}`);
      const snapshot = sets.create({ ...input, name }) as Snapshot;
      assertTells(account, snapshot);
      const counts = new Counter();
      counts.add(actionOf.create);
      countReplays(counts, 'create', outcomes);
      const [row] = await readRows(client.site, [account.id]);
      const [secret] = row?.secrets ?? [];
      assertThat(secret && secret.hint === clientSecret?.slice(-4), 'another secret');
      const { id, hint } = secret;
      const secrets = [{ id, hint, revoked: false, ends: null }];
      model.accounts.push({ id: account.id, version: 1, snapshot, secrets, counts });
    }
    await checkOwn(client, model);
  }

  toString(): string {
    return `create(${JSON.stringify(this.asked)}) through ${this.transport}`;
  }
}
