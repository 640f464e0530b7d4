import type { Pool } from 'pg';
import type { RepeatableAction } from '../../../platform/audit/actions.js';
import { recordChanges } from '../../../platform/audit/insert-events.js';
import type { Context } from '../../../platform/context.js';
import type { Pepper } from '../../../platform/crypto.js';
import { AppError } from '../../../platform/errors.js';
import { idempotent } from '../../../platform/idempotency/idempotent.js';
import { storeResponse } from '../../../platform/idempotency/stored-response.js';
import { publicId } from '../../../platform/ids.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { type LockedAccounts, requireFound, requireNotDeleted, withAccounts } from '../locked-accounts.js';
import { isDone, type Outcome, onlyOutcome, outcomeOf } from '../outcome.js';
import { toServiceAccountType } from '../service-account.type.js';
import { forOneAccount, forSeveralAccounts, type NewSecret, type ResponseForm } from './secret-response.js';
import { toSecretType } from './service-account-secret.type.js';
import { countLiveSecrets, expireSecrets, insertSecrets } from './stored-secrets.js';

/** The maximum number of valid secrets of an account. */
export const maxSecrets = 5;

/** A request for new secrets. */
export interface SecretRequest {
  action: RepeatableAction;
  /** The input except the accounts. It is compared with the input of a retry, and the audit log shows it. */
  input: Record<string, unknown>;
  /** The time when the new secret expires. If null or absent, the secret does not expire. */
  expiresAt?: Date | null;
  /**
   * The overlap period in seconds, for which the other secrets remain valid. If absent, their expiry does not change.
   */
  overlapSeconds?: number;
  /** Checks the input. @throws AppError BAD_USER_INPUT */
  check: () => void;
}

/**
 * The error of an operation that created no secret. It has no response to store, and an earlier response takes
 * precedence.
 */
class NoSecretCreated extends Error {
  constructor(readonly outcomes: Outcome<NewSecret>[]) {
    super('No secret was created');
  }
}

/** Creates secrets for existing accounts, only once for an idempotency key. */
export class SecretIssuer {
  constructor(
    private readonly pool: Pool,
    private readonly peppers: readonly Pepper[],
  ) {}

  /** Creates a secret for one account. @throws AppError NOT_FOUND, TENANT_SUSPENDED or CONFLICT */
  async issue(context: Context, key: string | null, id: string, request: SecretRequest): Promise<NewSecret> {
    const input = { id, ...request.input };
    return onlyOutcome(await this.issueOnce(context, key, [id], input, request, forOneAccount));
  }

  /**
   * Creates a secret for each account.
   * @returns the outcomes in the order of the IDs
   * @throws AppError TENANT_SUSPENDED
   */
  issueEach(context: Context, key: string | null, ids: string[], request: SecretRequest) {
    return this.issueOnce(context, key, ids, { ids, ...request.input }, request, forSeveralAccounts);
  }

  private async issueOnce(
    context: Context,
    key: string | null,
    ids: string[],
    input: unknown,
    request: SecretRequest,
    form: ResponseForm,
  ): Promise<Outcome<NewSecret>[]> {
    try {
      return await idempotent(this.pool, this.peppers, context, key, {
        name: request.action,
        input,
        run: (store) => {
          request.check();
          return withAccounts(context, ids, async (locked) => {
            const outcomes = await this.issueLocked(context, locked, ids, request);
            const secretIds = outcomes.filter(isDone).map(({ secret }) => secret.id);
            await storeResponse(locked.em, store(form.secrets(outcomes)), secretIds, form.toJson(outcomes));
            return outcomes;
          });
        },
        restore: form.restore,
      });
    } catch (error) {
      if (error instanceof NoSecretCreated) return error.outcomes;
      throw error;
    }
  }

  private async issueLocked(
    context: Context,
    locked: LockedAccounts,
    ids: string[],
    { action, input, expiresAt = null, overlapSeconds }: SecretRequest,
  ): Promise<Outcome<NewSecret>[]> {
    const { em, accounts, tenant, at } = locked;
    // Without an overlap period, the other secrets are revoked before the new secret is created.
    const valid = overlapSeconds === 0 ? new Map<string, number>() : await countLiveSecrets(em, ids);
    const decisions = ids.map((id) =>
      outcomeOf(() => {
        const account = requireFound(accounts.get(id));
        requireNotDeleted(account);
        requireRoomForSecret(valid.get(id) ?? 0);
        return account;
      }),
    );
    const chosen = decisions.filter(isDone).map(({ id }) => id);
    if (chosen.length === 0) throw new NoSecretCreated(decisions.filter((decision) => !isDone(decision)));
    const ended = overlapSeconds === undefined ? undefined : await expireSecrets(em, chosen, overlapSeconds);
    const secrets = await insertSecrets(em, this.peppers, chosen, expiresAt);
    const events = [...secrets].map(([id, { id: secretId }]) => ({
      target: publicId('ServiceAccount', id),
      after: {
        secret: publicId('ServiceAccountSecret', secretId),
        ...input,
        ...(ended && { ended: ended.get(id) ?? [] }),
      },
    }));
    await recordChanges(em, context, { action, tenantId: tenant.id, at }, events);
    const shown = toTenantType(tenant);
    return decisions.map((account) => {
      const created = isDone(account) && secrets.get(account.id);
      if (!created) return account as AppError;
      const { clientSecret, ...row } = created;
      const serviceAccount = toServiceAccountType(account, shown);
      return { serviceAccount, secret: toSecretType(row, null), clientSecret };
    });
  }
}

/** Requires that an account has fewer valid secrets than the maximum. @throws AppError CONFLICT */
function requireRoomForSecret(count: number): void {
  if (count < maxSecrets) return;
  throw new AppError('CONFLICT', {
    message:
      `secrets: the service account already has ${count} valid secrets, and the maximum is ${maxSecrets}; ` +
      'revoke one, or rotate with overlapSeconds: 0',
    details: { field: 'secrets', limit: maxSecrets, count },
  });
}
