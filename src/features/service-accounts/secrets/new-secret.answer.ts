import { AppError, type ErrorCode, type ErrorDetails } from '../../../platform/errors.js';
import { noLongerValid } from '../../../platform/idempotency/answer-once.js';
import type { FirstAnswer } from '../../../platform/idempotency/first-answer.sql.js';
import { isDone, type Outcome, onlyOne } from '../outcome.js';
import type { ServiceAccountType } from '../service-account.type.js';
import type { ServiceAccountSecretType } from './service-account-secret.type.js';

/** What an operation answers that makes a secret, but for the secret itself. */
interface Answer {
  serviceAccount: ServiceAccountType;
  secret: ServiceAccountSecretType;
}

export type NewSecret = Answer & { clientSecret: string };

/** How what was answered is kept for retries: the secrets sealed, the rest as JSON. */
export interface AnswerForm {
  secretsIn(outcomes: Outcome<NewSecret>[]): string;
  answerOf(outcomes: Outcome<NewSecret>[]): unknown;
  restore(answer: unknown, secrets: string, first: FirstAnswer): Outcome<NewSecret>[];
}

const withoutSecret = ({ serviceAccount, secret }: NewSecret): Answer => ({ serviceAccount, secret });

/** Of a call about one account: the secret as it is. Gateways of the version before know this form alone. */
export const ofOne: AnswerForm = {
  secretsIn: (outcomes) => onlyOne(outcomes).clientSecret,
  answerOf: (outcomes) => withoutSecret(onlyOne(outcomes)),
  restore: (answer, clientSecret, { tenantCreatedAt }) => {
    const restored = withDates<Answer>(answer);
    restored.serviceAccount.tenant.createdAt = tenantCreatedAt;
    return [{ ...restored, clientSecret }];
  },
};

interface Failure {
  error: { code: ErrorCode; message: string; details?: ErrorDetails };
}

/** Of a call about several: failures as they were, and for each account its secret, or null. */
export const ofSeveral: AnswerForm = {
  secretsIn: (outcomes) =>
    JSON.stringify(outcomes.map((outcome) => (isDone(outcome) ? outcome.clientSecret : null))),
  answerOf: (outcomes) =>
    outcomes.map((outcome) => (isDone(outcome) ? withoutSecret(outcome) : told(outcome))),
  restore: (answer, secrets, { alive }) => {
    const clientSecrets: string[] = JSON.parse(secrets);
    return withDates<(Answer | Failure)[]>(answer).map((one, index) => {
      if ('error' in one) return new AppError(one.error.code, one.error);
      if (!alive.includes(one.secret.id.replace('secret-', ''))) return noLongerValid();
      return { ...one, clientSecret: clientSecrets[index] ?? '' };
    });
  },
};

const told = ({ code, message, details }: AppError): Failure => ({ error: { code, message, details } });

/** JSON has no dates. Fields that hold one are called so: createdAt, expiresAt. */
const withDates = <T>(json: unknown): T =>
  JSON.parse(JSON.stringify(json), (key, value) =>
    /[a-z]At$/.test(key) && value !== null ? new Date(value) : value,
  );
