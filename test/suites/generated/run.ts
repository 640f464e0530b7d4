import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { WireRequest } from './parts.js';

export interface WireAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Milliseconds from sending to the end of the answer. */
  took: number;
}

/** A stated requirement: no request takes longer, in milliseconds. */
const bound = 1000;

/** How many are on their way at once. */
const clients = 16;

export interface Run {
  /** The faults by their kind: how often each came about, and one case of it. */
  faults: Map<string, { times: number; fault: string; request: string }>;
  /** How many there were of each kind of answer. */
  counts: Map<string, number>;
  /** Milliseconds, the first time that each was sent. */
  slowest: number;
}

/**
 * Sends requests, several at once, and looks at each answer.
 * @param kindOf sorts an answer, and throws when it is not what it has to be
 */
export async function runAll<Request extends WireRequest>(
  url: string,
  requests: Request[],
  kindOf: (request: Request, answer: WireAnswer) => string,
): Promise<Run> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const run: Run = { faults: new Map(), counts: new Map(), slowest: 0 };
  /** @returns milliseconds */
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
  // The machine may have been busy with something else: it is the second time that counts. It is looked at
  // and counted as the first one was, since a create that is sent again makes another account.
  for (const request of slow) {
    if ((await ask(request)) > bound) addFault(run, `took over ${bound} ms, twice`, request);
  }
  agent.destroy();
  return run;
}

/** Faults that differ only in what an answer said are of one kind. */
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

/** Enough of a request to send it again, but for the token: the seed makes the same request. */
function show({ method, path, headers: { authorization, ...headers }, body }: WireRequest): string {
  const text = body?.toString() ?? '';
  const shown = text.length > 2_000 ? `${text.slice(0, 2_000)}… (${body?.length} bytes)` : text;
  return JSON.stringify({ method, path, headers, body: shown });
}
