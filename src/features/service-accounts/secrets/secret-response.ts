import { AppError, type ErrorCode, type ErrorDetails } from '../../../platform/errors.js';
import { noLongerValid } from '../../../platform/idempotency/idempotent.js';
import { restoreDates, type StoredResponse } from '../../../platform/idempotency/stored-response.js';
import { publicId, uuidOf } from '../../../platform/ids.js';
import { isDone, type Outcome, onlyOutcome } from '../outcome.js';
import type { ServiceAccountType } from '../service-account.type.js';
import type { ServiceAccountSecretType } from './service-account-secret.type.js';

/** The response of an operation that creates a secret, without the secret itself. */
interface SecretResponse {
  serviceAccount: ServiceAccountType;
  secret: ServiceAccountSecretType;
}

export type NewSecret = SecretResponse & { clientSecret: string };

/** The form in which a response is stored for retries. Its secrets are sealed, and the rest is JSON. */
export interface ResponseForm {
  secrets(outcomes: Outcome<NewSecret>[]): string;
  toJson(outcomes: Outcome<NewSecret>[]): unknown;
  restore(json: unknown, secrets: string, stored: StoredResponse): Outcome<NewSecret>[];
}

/** The form of a response about one account, with the secret as text. Earlier versions can also read this form. */
export const forOneAccount: ResponseForm = {
  secrets: (outcomes) => onlyOutcome(outcomes).clientSecret,
  toJson: (outcomes) => toJson(onlyOutcome(outcomes)),
  restore: (json, clientSecret, { tenantCreatedAt }) => {
    const response = fromJson(json as SecretResponse);
    response.serviceAccount.tenant.createdAt = tenantCreatedAt;
    return [{ ...response, clientSecret }];
  },
};

interface Failure {
  error: { code: ErrorCode; message: string; details?: ErrorDetails };
}

/** The form of a response about several accounts. It contains a secret or null for each account, and the errors. */
export const forSeveralAccounts: ResponseForm = {
  secrets: (outcomes) =>
    JSON.stringify(outcomes.map((outcome) => (isDone(outcome) ? outcome.clientSecret : null))),
  toJson: (outcomes) => outcomes.map((outcome) => (isDone(outcome) ? toJson(outcome) : toFailure(outcome))),
  restore: (json, secrets, { liveIds }) => {
    const clientSecrets: string[] = JSON.parse(secrets);
    return (json as (SecretResponse | Failure)[]).map((outcome, index) => {
      if ('error' in outcome) return new AppError(outcome.error.code, outcome.error);
      const response = fromJson(outcome);
      if (!liveIds.includes(response.secret.id)) return noLongerValid();
      return { ...response, clientSecret: clientSecrets[index] ?? '' };
    });
  },
};

const toFailure = ({ code, message, details }: AppError): Failure => ({ error: { code, message, details } });

/**
 * Returns the JSON of a response. The IDs have their prefixes, because gateways of an earlier version return them as
 * they are stored.
 */
const toJson = ({ serviceAccount, secret }: NewSecret): SecretResponse => ({
  serviceAccount: { ...serviceAccount, id: publicId('ServiceAccount', serviceAccount.id) },
  secret: { ...secret, id: publicId('ServiceAccountSecret', secret.id) },
});

const fromJson = ({ serviceAccount, secret }: SecretResponse): SecretResponse => ({
  serviceAccount: {
    ...restoreDates(serviceAccount),
    id: uuidOf('ServiceAccount', serviceAccount.id),
    tenant: restoreDates(serviceAccount.tenant),
  },
  secret: { ...restoreDates(secret), id: uuidOf('ServiceAccountSecret', secret.id) },
});
