import type { Somebody } from '../../../harness/admin.js';
import type { Answer, Gateway } from '../../../harness/gateway.js';

export const reportPath = '/api/v1/admin/service-account/report-leaked-secret';

export interface ReportCalls {
  /** Reports a secret as an administrator. */
  report(secret: string): Promise<Answer>;
  /** Reads the audit log entries about reports of an account's secrets. */
  entries(account: { id: string }): Promise<Record<string, unknown>[]>;
}

export const leakedSecretCalls = (
  { request, sql }: Pick<Gateway, 'request' | 'sql'>,
  { headers }: Pick<Somebody, 'headers'>,
): ReportCalls => ({
  report: (secret) =>
    request(reportPath, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ secret }),
    }),
  entries: ({ id }) =>
    sql(
      `select caller_realm, caller_id, before, after, request_id from audit_event
       where target = $1 and action = 'service_account.report_leaked_secret' order by occurred_at, id`,
      [id],
    ),
});
