import type fc from 'fast-check';
import { assertThat } from '../generated/assert.js';
import { type Account, assertSame, isDeleted, type Model } from './account.js';
import { type Asked, toInput } from './asked.js';
import type { Told, Transport } from './calls.js';
import { asOne, assertPlace, assertTells, countReplays, refusalOf } from './common-outcome.js';
import { checkOwn } from './own.js';
import { applies, type Change, refusals } from './own-rules.js';
import type { Claim } from './quota.js';
import type { Client, Outcome } from './site.js';
import { actionOf } from './snapshot.js';

/** Changes an account that no other client knows, so that only a lack of places in the tenant is uncertain. */
export class OwnChange implements fc.AsyncCommand<Model, Client> {
  constructor(
    private readonly operation: Change,
    private readonly asked: Asked,
    private readonly which: number,
    private readonly transport: Transport | 'both',
  ) {}

  check({ accounts }: Model): boolean {
    return accounts.length > 0;
  }

  async run(model: Model, client: Client): Promise<void> {
    const { operation } = this;
    const account = model.accounts[this.which % model.accounts.length];
    assertThat(account, 'there is no account');
    const { id, version } = account;
    const secrets = account.secrets.map((secret) => secret.id);
    const input = toInput(this.asked, { id, names: client.names, version, secrets });
    const expected = refusals[operation]
      .map((refuses) => refuses(account, input, model))
      .find((refusal) => refusal !== false);

    const { quota } = client.site;
    const wasDeleted = isDeleted(account);
    const claim = operation === 'restore' && wasDeleted ? quota.claim(1) : undefined;
    const from = Date.now();
    const ask = () => client.askThrough(this.transport, operation, input);
    const frees = operation === 'delete' && !wasDeleted;
    const outcomes = await (frees ? quota.free(ask) : ask());
    const during = { from, to: Date.now() };
    const outcome = asOne(outcomes, []);
    if (claim) settle(client, claim, outcome);

    const refusal = refusalOf(outcome);
    if (!claim || refusal !== 'LIMIT_REACHED') {
      assertThat(refusal === expected, `${operation}: ${refusal}, expected ${expected}`);
    }
    countReplays(account.counts, operation, outcomes);
    if ('told' in outcome) {
      const { told } = outcome;
      if (applies[operation](account, input, told, during)) account.counts.add(actionOf[operation]);
      assertTold(account, told);
    }
    await checkOwn(client, model);
  }

  toString(): string {
    return `${this.operation}(${JSON.stringify(this.asked)}) of own ${this.which} through ${this.transport}`;
  }
}

function settle({ site: { quota } }: Client, claim: Claim, outcome: Outcome): void {
  quota.settle(claim, 'told' in outcome);
  assertPlace(quota, claim, outcome);
}

/** Asserts that an answer describes the account as it is after the change. */
function assertTold({ snapshot, version }: Account, { account, secret, clientSecret }: Told): void {
  if (account?.version !== undefined) {
    assertTells(account, snapshot);
    assertSame(account.version, version, 'the version');
  }
  if (clientSecret !== undefined) assertThat(secret?.hint === clientSecret.slice(-4), 'another hint');
}
