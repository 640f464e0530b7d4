import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { WireRequest } from './parts.js';

export interface WireAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The milliseconds from the sending to the end of the answer. */
  took: number;
}

/** The milliseconds that no request may exceed, which is a stated requirement. */
const bound = 1000;

/** The number of requests at the same time. */
const clients = 16;

export interface Run {
  /** The faults by their kind, each with its number and one case of it. */
  faults: Map<string, { times: number; fault: string; request: string }>;
  /** The number of answers by their kind. */
  counts: Map<string, number>;
  /** The milliseconds of the slowest request at its first attempt. */
  slowest: number;
}

/**
 * Sends requests, several at the same time, and checks each answer.
 * @param kindOf returns the kind of an answer, and throws when the answer is wrong
 */
export async function runAll<Request extends WireRequest>(
  url: string,
  requests: Request[],
  kindOf: (request: Request, answer: WireAnswer) => string,
): Promise<Run> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const run: Run = { faults: new Map(), counts: new Map(), slowest: 0 };
  /** Sends a request. @returns the milliseconds that it took */
  const ask = async (request: Request): Promise<number> => {
    try {
      const answer = await send(url, request, agent);
      const kind = kindOf(request, answer);
      run.counts.set(kind, (run.counts.get(kind) ?? 0) + 1);
      return answer.took;
    } catch (error) {
      addFault(run, (error as Error).message, request);
      return 0;
    }
  };
  const waiting = requests.values();
  const slow: Request[] = [];
  const client = async () => {
    for (const request of waiting) {
      const took = await ask(request);
      if (took > bound) slow.push(request);
      run.slowest = Math.max(run.slowest, took);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  // A slow request is sent again, because the machine may have been busy, and only the second time counts. Its answer
  // is checked and counted, too, since a repeated create creates another account.
  for (const request of slow) {
    if ((await ask(request)) > bound) addFault(run, `took over ${bound} ms, twice`, request);
  }
  agent.destroy();
  return run;
}

/** Adds a fault. Faults that differ only in the text of an answer are of the same kind. */
function addFault({ faults }: Run, fault: string, request: WireRequest): void {
  const [kind = ''] = fault.split(': {');
  const times = (faults.get(kind)?.times ?? 0) + 1;
  faults.set(kind, { times, fault, request: show(request) });
}

function send(url: string, { method, path, headers, body }: WireRequest, agent: Agent): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const since = performance.now();
    const length = body ? { 'content-length': `${body.length}` } : {};
    const options = { hostname, port, method, path, headers: { ...headers, ...length }, agent };
    const message = httpRequest(options, async (response) => {
      try {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        const { statusCode: status = 0, headers: fields } = response;
        resolve({ status, headers: fields, text, took: Math.round(performance.now() - since) });
      } catch (error) {
        reject(error);
      }
    });
    message.setTimeout(30_000, () => message.destroy(new Error('no answer within 30 s')));
    message.once('error', reject);
    message.end(body);
  });
}

/** Secrets, tokens and assertions, which must not be printed. */
const credentials = /sa_secret_\w+|eyJ[\w.-]+/g;

/** Shows a request without its credentials. The seed makes the same request again. */
function show({ method, path, headers: { authorization, ...headers }, body }: WireRequest): string {
  const text = (body?.toString() ?? '').replace(credentials, '[redacted]');
  const shown = text.length > 2_000 ? `${text.slice(0, 2_000)}… (${body?.length} bytes)` : text;
  return JSON.stringify({ method, path, headers, body: shown });
}
