import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { attempt, type Outcome } from './attempt.js';
import { createLogical, type Logical } from './logical.js';
import { within } from './within.js';

const clients = 32;
/** The number of clients that ignore Retry-After, so that the test sees early when service is back. */
const impatient = 2;
/** The milliseconds within which each request has to be acknowledged. */
const deadline = 60_000;

export interface Load {
  logicalRequests: Logical[];
  /** The number of attempts by their outcome. */
  outcomes: Map<string, number>;
  /** The times at which accounts were acknowledged (`Date.now()`). */
  acknowledgedAt: number[];
  /** Waits for as many acknowledgements since a time as there are clients, so that a fault meets them at work. */
  served(since: number): Promise<void>;
  /** Begins no more requests, and waits for the running ones. */
  finish(): Promise<void>;
}

interface Target {
  /** The URLs of the gateways, among which clients fail over. */
  urls: string[];
  /** The headers with the token and the tenant. */
  headers: Record<string, string>;
  /** The number of all requests. Without it clients continue until `finish`. */
  total?: number;
}

const started: (() => void)[] = [];

/** Ends the clients that a failed test has left running. */
export function abandonClients(): void {
  for (const abandon of started.splice(0)) abandon();
}

/** Starts clients that each create accounts again and again until `finish`. */
export function startClients({ urls, headers, total = Number.POSITIVE_INFINITY }: Target): Load {
  const agent = new Agent({ keepAlive: true });
  const logicalRequests: Logical[] = [];
  const outcomes = new Map<string, number>();
  const acknowledgedAt: number[] = [];
  let over = false;
  let abandoned = false;

  const count = ({ label }: Outcome) => outcomes.set(label, (outcomes.get(label) ?? 0) + 1);

  const tryOnce = async (logical: Logical, url: string) => {
    logical.attempts += 1;
    const outcome = await attempt(url, agent, headers, logical);
    count(outcome);
    if ('acknowledged' in outcome) {
      logical.answers.push(outcome.acknowledged);
      acknowledgedAt.push(Date.now());
    } else if ('refusal' in outcome) logical.refusal = outcome.refusal;
    return outcome;
  };

  const client = async (index: number) => {
    let at = index;
    while (!over && logicalRequests.length < total) {
      const logical = createLogical(logicalRequests.length);
      logicalRequests.push(logical);
      const until = Date.now() + deadline;
      for (let pause = 50; !abandoned && Date.now() < until; pause = Math.min(pause * 2, 1000)) {
        const url = urls[at % urls.length] ?? '';
        // Some requests are sent twice at the same time, as by a user who clicks twice or a proxy that retries.
        const isDoubled = logicalRequests.length % 20 === 0;
        const all = await Promise.all([url, ...(isDoubled ? [url] : [])].map((one) => tryOnce(logical, one)));
        if (logical.answers.length > 0 || logical.refusal) break;
        at += 1;
        const told = all.map((outcome) => ('after' in outcome ? outcome.after : undefined)).find(Boolean);
        await sleep(index < impatient ? 100 : (told ?? pause) * (1 + Math.random() / 5));
      }
      // Some clients send a request again although they got an answer.
      if (!abandoned && logical.answers.length > 0 && Math.random() < 0.1)
        await tryOnce(logical, urls[at % urls.length] ?? '');
      await sleep(Math.random() * 100);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  // finish() reports a rejection, but a failed test does not call it.
  all.catch(() => {});
  started.push(() => {
    over = true;
    abandoned = true;
    agent.destroy();
  });

  return {
    logicalRequests,
    outcomes,
    acknowledgedAt,
    served: (since) =>
      within(30_000, 'clients are served', async () => {
        return acknowledgedAt.filter((time) => time > since).length >= clients;
      }),
    finish: async () => {
      over = total === Number.POSITIVE_INFINITY;
      await all;
      agent.destroy();
    },
  };
}
