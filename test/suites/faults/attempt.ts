import { type Agent, type IncomingMessage, request } from 'node:http';
import type { Acknowledged, Logical } from './logical.js';

/** How an attempt ended. The figures count it under `label`. */
export type Outcome = { label: string } & (
  | { acknowledged: Acknowledged }
  /** The client has to try again, after a number of milliseconds if the gateway named one. */
  | { retry: true; after: number | undefined }
  | { refusal: string }
);

/** The milliseconds without a byte after which an attempt ends. The gateway has to answer sooner in any outage. */
const timeoutMs = 15_000;

/** Sends a request once. A broken connection is an outcome, and not an error. */
export function attempt(url: string, agent: Agent, headers: Record<string, string>, logical: Logical) {
  return new Promise<Outcome>((resolve) => {
    let text = '';
    const broken = (error: NodeJS.ErrnoException) => {
      if (text) logical.glimpses.push(text);
      resolve({ label: error.code ?? error.message, retry: true, after: undefined });
    };
    const message = request(
      url + logical.path,
      { method: 'POST', agent, headers: { ...headers, ...logical.headers } },
      (response) => {
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('error', broken);
        response.once('end', () => resolve(read(response, text)));
      },
    );
    message.setTimeout(timeoutMs, () => message.destroy(Object.assign(new Error(), { code: 'no answer' })));
    message.on('error', broken);
    message.end(logical.body);
  });
}

function read({ statusCode = 0, headers }: IncomingMessage, text: string): Outcome {
  const body = parse(text);
  if (!body) return { label: `${statusCode} unreadable`, retry: true, after: undefined };
  const data = body.data?.createServiceAccount ?? (body.success ? body.data : undefined);
  if (statusCode === 200 && data) {
    const id = data.serviceAccount?.id ?? data.id;
    const replayed = headers['idempotency-replayed'] === 'true';
    return {
      label: replayed ? '200 replayed' : '200',
      acknowledged: { id, secret: data.clientSecret, replayed },
    };
  }
  const code = body.code ?? body.errors?.[0]?.extensions?.code;
  const label = `${statusCode} ${code}`;
  const isPassing = statusCode >= 500 || statusCode === 429 || passing.has(code);
  if (!isPassing) return { label, refusal: `${label}: ${text}` };
  const seconds = Number(headers['retry-after']);
  return {
    label: Number.isFinite(seconds) ? label : `${label} without Retry-After`,
    retry: true,
    after: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  };
}

function parse(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The codes of temporary errors, which GraphQL can also report in a 200 after it has begun to execute. */
const passing = new Set(['SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'RATE_LIMITED']);
