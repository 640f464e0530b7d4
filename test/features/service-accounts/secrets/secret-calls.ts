import type { Somebody } from '../../../harness/admin.js';
import type { Answer } from '../../../harness/gateway.js';

export interface Secret {
  id: string;
  hint: string;
  createdAt: string;
  expiresAt: string | null;
  overdue: boolean;
}

type Call = (id: string, body?: unknown, more?: Record<string, string>) => Promise<Answer>;

export interface SecretCalls {
  /** Reads the valid secrets of an account, newest first. */
  secretsOf(id: string): Promise<Secret[]>;
  rotate: Call;
  add: Call;
}

/** Returns the REST requests about the secrets of one account. */
export const secretCalls = ({ rest }: Somebody): SecretCalls => ({
  secretsOf: async (id) => (await rest('GET', `/${id}/secret`)).body.data,
  rotate: (id, body = {}, more = {}) => rest('POST', `/${id}/rotate-secret`, body, more),
  add: (id, body = {}, more = {}) => rest('POST', `/${id}/secret`, body, more),
});
