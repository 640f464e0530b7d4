import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The built program, as an operator starts it. */
export interface GatewayProcess {
  url: string;
  pid: number;
  stdout(): string;
  stderr(): string;
  /** Waits until the gateway does its work. Rejects with what it said if it ends instead. */
  ready(): Promise<void>;
  /** How it ended, and waits for that. */
  ended(): Promise<number | NodeJS.Signals>;
  /** Asks it to end, and waits for that. */
  stop(): Promise<number | NodeJS.Signals>;
}

const program = resolve('dist/gateway/main.js');

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

/** No limit unless a test sets one. */
const unlimited = { RATE_LIMIT_CALLER: '0', RATE_LIMIT_ADDRESS: '0' };

/** Starts it with this environment and no other. */
export async function startProcess(env: NodeJS.ProcessEnv): Promise<GatewayProcess> {
  const PORT = env.PORT && env.PORT !== '0' ? env.PORT : `${await freePort()}`;
  const { PATH, TMPDIR } = process.env;
  // Away from the checkout, whose .env it would read.
  const child = spawn(process.execPath, [program], {
    cwd: tmpdir(),
    env: { PATH, TMPDIR, ...unlimited, ...env, PORT },
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = endOf(child);
  const url = `http://127.0.0.1:${PORT}`;
  const one: GatewayProcess = {
    url,
    pid: child.pid as number,
    stdout,
    stderr,
    ready: async () => {
      while (!(await answers(`${url}/readyz`))) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`the gateway ended:\n${stderr()}`);
        await sleep(25);
      }
    },
    ended: () => ended,
    stop: () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      return ended.finally(() => clearTimeout(timer));
    },
  };
  started.push(one);
  return one;
}

const started: GatewayProcess[] = [];

/** For `afterAll`: ends what is still running, after a test that failed too. */
export async function stopAll(): Promise<void> {
  await Promise.all(started.map((one) => one.stop()));
}

function collect(stream: NodeJS.ReadableStream) {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const [code, signal] = await once(child, 'close');
  return code ?? signal;
}

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
