import type { Answer, Gateway } from '../../harness/gateway.js';
import { until } from '../../harness/until.js';

export const scanningPath = '/api/v1/secret-scanning/report';

/** Sends a report as a scanner does, without credentials. */
export const scan = (
  { request }: Pick<Gateway, 'request'>,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  request(scanningPath, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** An audit log entry about a report. */
export interface Entry {
  tenant_id: string;
  caller_realm: string;
  caller_id: string;
  request_id: string;
  ip: string;
  user_agent: string;
  after: { secret: string; hint: string; foundAt?: string };
}

/** Reads the entries about reports of an account's secrets. */
export const entriesOf = ({ sql }: Pick<Gateway, 'sql'>, { id }: { id: string }): Promise<Entry[]> =>
  sql<Entry>(
    `select tenant_id, caller_realm, caller_id, request_id, ip, user_agent, after from audit_event
     where target = $1 and action = 'service_account.report_leaked_secret'`,
    [id],
  );

/** Waits until a report about an account has been processed. @returns its entry */
export async function ended(gateway: Pick<Gateway, 'sql'>, account: { id: string }): Promise<Entry> {
  const [entry] = await until(
    () => entriesOf(gateway, account),
    ({ length }) => length > 0,
  );
  if (!entry) throw new Error('no report was processed');
  return entry;
}
