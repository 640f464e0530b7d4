import type { Pool } from 'pg';
import type { AuditAction } from '../../../platform/audit/actions.js';
import { recordChanges } from '../../../platform/audit/record.js';
import type { Context } from '../../../platform/context.js';
import type { AppError } from '../../../platform/errors.js';
import { answerOnce, type KeyRows } from '../../../platform/idempotency/answer-once.js';
import { storeAnswer } from '../../../platform/idempotency/store-answer.js';
import type { Pepper } from '../../../platform/pepper.js';
import { storedId } from '../../../platform/public-id.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { type LockedAccounts, requireFound, requireKept, withAccounts } from '../locked-account.js';
import { isDone, type Outcome, onlyOne, outcomeOf } from '../outcome.js';
import { toServiceAccountType } from '../to-service-account-type.js';
import { addSecrets, countLive, requireRoom } from './add-secret.js';
import { endOthers } from './end-others.js';
import { type AnswerForm, type NewSecret, ofOne, ofSeveral } from './new-secret.answer.js';
import { toSecretType } from './service-account-secret.type.js';

export interface WantedSecret {
  action: AuditAction;
  /** What is asked of the secret, for the audit trail, too. */
  asked: Record<string, unknown>;
  /** When the secret ends by itself. */
  expiresAt?: Date | null;
  /** How long the other secrets go on. Left out, they go on as before. */
  overlapSeconds?: number;
  /** @throws AppError BAD_USER_INPUT */
  check: () => void;
}

/** Nothing was done for any of the accounts: there is nothing to store, and an earlier answer goes before it. */
class NothingMade extends Error {
  constructor(readonly outcomes: Outcome<NewSecret>[]) {
    super('no secret was made');
  }
}

/** Makes secrets for accounts that are there, once for each idempotency key. */
export class SecretMaker {
  constructor(
    private readonly pool: Pool,
    private readonly peppers: readonly Pepper[],
  ) {}

  /** For one account. @throws AppError NOT_FOUND, TENANT_SUSPENDED or CONFLICT */
  async make(
    context: Context,
    idempotencyKey: string | null,
    id: string,
    wanted: WantedSecret,
  ): Promise<NewSecret> {
    const asked = { id, ...wanted.asked };
    return onlyOne(await this.makeOnce(context, idempotencyKey, [id], asked, wanted, ofOne));
  }

  /** For several. @returns what came of each, in their order @throws AppError TENANT_SUSPENDED */
  makeEach(
    context: Context,
    idempotencyKey: string | null,
    ids: string[],
    wanted: WantedSecret,
  ): Promise<Outcome<NewSecret>[]> {
    const asked = { ids, ...wanted.asked };
    return this.makeOnce(context, idempotencyKey, ids, asked, wanted, ofSeveral);
  }

  private async makeOnce(
    context: Context,
    idempotencyKey: string | null,
    ids: string[],
    asked: unknown,
    wanted: WantedSecret,
    form: AnswerForm,
  ): Promise<Outcome<NewSecret>[]> {
    try {
      return await answerOnce(this.pool, this.peppers, context, idempotencyKey, {
        name: wanted.action,
        asked,
        run: (rowsFor) => {
          wanted.check();
          return withAccounts(context, ids, async (locked) => {
            const outcomes = await this.makeLocked(context, locked, ids, wanted);
            await store(locked, form, outcomes, rowsFor);
            return outcomes;
          });
        },
        restore: form.restore,
      });
    } catch (error) {
      if (error instanceof NothingMade) return error.outcomes;
      throw error;
    }
  }

  private async makeLocked(
    context: Context,
    locked: LockedAccounts,
    ids: string[],
    { action, asked, expiresAt, overlapSeconds }: WantedSecret,
  ): Promise<Outcome<NewSecret>[]> {
    const { em, accounts, tenant, at } = locked;
    // Without an overlap the others are over before there is a new one.
    const live = overlapSeconds === 0 ? new Map<string, number>() : await countLive(em, ids);
    const decisions = ids.map((id) =>
      outcomeOf(() => {
        const account = requireFound(accounts.get(id));
        requireKept(account);
        requireRoom(live.get(id) ?? 0);
        return account;
      }),
    );
    const chosen = decisions.filter(isDone).map(({ id }) => id);
    if (chosen.length === 0) throw new NothingMade(decisions.filter((decision) => !isDone(decision)));
    const ended = overlapSeconds === undefined ? undefined : await endOthers(em, chosen, overlapSeconds);
    const secrets = await addSecrets(em, this.peppers, chosen, expiresAt);
    const events = [...secrets].map(([id, secret]) => ({
      target: `sa-${id}`,
      after: { secret: `secret-${secret.id}`, ...asked, ...(ended && { ended: ended.get(id) ?? [] }) },
    }));
    await recordChanges(em, context, { action, tenantId: tenant.id, at }, events);
    const shown = toTenantType(tenant);
    return decisions.map((account) => {
      const made = isDone(account) && secrets.get(account.id);
      if (!made) return account as AppError;
      const { clientSecret, ...fields } = made;
      const serviceAccount = toServiceAccountType(account, shown);
      return { serviceAccount, secret: toSecretType(fields, null), clientSecret };
    });
  }
}

const store = (
  { em }: LockedAccounts,
  form: AnswerForm,
  outcomes: Outcome<NewSecret>[],
  rowsFor: (secrets: string) => KeyRows,
) => {
  const ids = outcomes.filter(isDone).map(({ secret }) => storedId('secret', secret.id));
  return storeAnswer(em, rowsFor(form.secretsIn(outcomes)), ids, form.answerOf(outcomes));
};
