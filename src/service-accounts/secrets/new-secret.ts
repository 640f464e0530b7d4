import type { Pool } from 'pg';
import type { AuditAction } from '../../audit/audit-event.entity.js';
import { recordChange } from '../../audit/record.js';
import type { Context } from '../../context.js';
import { answerOnce } from '../../idempotency/answer-once.js';
import { storeAnswer } from '../../idempotency/store-answer.js';
import type { Pepper } from '../../pepper.js';
import { toTenantType } from '../../tenants/tenant.type.js';
import { type Locked, requireKept, withAccount } from '../locked-account.js';
import type { ServiceAccountType } from '../service-account.type.js';
import { toServiceAccountType } from '../to-service-account-type.js';
import { addSecret } from './add-secret.js';
import { generateSecret } from './secret.js';
import { type ServiceAccountSecretType, toSecretType } from './service-account-secret.type.js';

/** What an operation answers that makes a secret, but for the secret itself. */
interface Answer {
  serviceAccount: ServiceAccountType;
  secret: ServiceAccountSecretType;
}

export type NewSecret = Answer & { clientSecret: string };

interface Wanted {
  action: AuditAction;
  /** The account, as it is stored. */
  id: string;
  /** What is asked of the secret, for the audit trail, too. */
  asked: Record<string, unknown>;
  /** When the secret ends by itself. */
  expiresAt?: Date | null;
  /** @throws AppError BAD_USER_INPUT */
  check: () => void;
  /** What is to happen to the other secrets. @returns what else is to be recorded */
  before?: (locked: Locked) => Promise<Record<string, unknown>>;
}

/** Makes a secret for an account that is there, once for each idempotency key. */
export class SecretMaker {
  constructor(
    private readonly pool: Pool,
    private readonly peppers: readonly Pepper[],
  ) {}

  /** @throws AppError NOT_FOUND, TENANT_SUSPENDED or CONFLICT */
  make(context: Context, idempotencyKey: string | null, wanted: Wanted): Promise<NewSecret> {
    const { action, id, asked, check, before, expiresAt } = wanted;
    return answerOnce(this.pool, this.peppers, context, idempotencyKey, {
      name: action,
      asked: { id, ...asked },
      run: (rowsFor) => {
        check();
        return withAccount(context, id, async (locked) => {
          requireKept(locked.account);
          const more = await before?.(locked);
          const clientSecret = generateSecret();
          const secret = await addSecret(locked, this.peppers, clientSecret, expiresAt);
          const answer = toAnswer(locked, toSecretType(secret, null));
          const { em, tenant, at } = locked;
          const after = { secret: answer.secret.id, ...asked, ...more };
          recordChange(em, context, {
            action,
            tenantId: tenant.id,
            target: answer.serviceAccount.id,
            at,
            after,
          });
          await storeAnswer(em, rowsFor(clientSecret), secret.id, answer);
          return { ...answer, clientSecret };
        });
      },
      restore: (answer, clientSecret) => ({ ...withDates(answer), clientSecret }),
    });
  }
}

const toAnswer = ({ account, tenant }: Locked, secret: ServiceAccountSecretType): Answer => ({
  serviceAccount: toServiceAccountType(account, toTenantType(tenant)),
  secret,
});

/** JSON has no dates. Fields that hold one are called so: createdAt, expiresAt. */
const withDates = (json: unknown): Answer =>
  JSON.parse(JSON.stringify(json), (key, value) =>
    /[a-z]At$/.test(key) && value !== null ? new Date(value) : value,
  );
