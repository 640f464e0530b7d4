import { z } from 'zod';
import { requireSecret } from '../../features/service-accounts/secrets/secret.js';
import { invalidField } from '../../platform/errors.js';

/** What a scanner has found, and the URL of the place. */
export interface ScannerReport {
  secret: string;
  url?: string | null;
}

/** The maximum number of secrets in a request. */
const maxReports = 100;
const size = `must contain 1 to ${maxReports} objects`;

const text = z.string({ error: ({ input }) => (input === undefined ? 'is required' : 'must be a string') });
const url = text.nullish();
// Unknown fields are ignored, because scanners add fields. An error about a field could also repeat a secret.
const single = z.object({ secret: text, url });
const list = z
  .array(z.object({ token: text, url }, 'must be an object with the field token'), 'must be a list')
  .min(1, size)
  .max(maxReports, size);

/**
 * Reads the body of a report: an object with a secret, or the list of GitHub's secret scanning partner program. A token
 * in a list may be something else than a secret, because scanners compare only a pattern.
 * @throws AppError BAD_USER_INPUT that names the field and never repeats its value
 */
export function readReports(body: unknown): ScannerReport[] {
  if (Array.isArray(body)) return check(list, body).map(({ token, url }) => ({ secret: token, url }));
  if (typeof body !== 'object' || body === null)
    throw invalidField('body', 'must be a JSON object with the field secret, or a list of objects');
  const report = check(single, body);
  requireSecret('secret', report.secret);
  return [report];
}

function check<Value>(rule: z.ZodType<Value>, body: unknown): Value {
  const { data, error } = rule.safeParse(body);
  const [issue] = error?.issues ?? [];
  if (issue) throw invalidField(issue.path.join('.') || 'body', issue.message);
  return data as Value;
}
