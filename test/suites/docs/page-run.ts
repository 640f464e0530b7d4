import { connect } from 'node:net';
import { expect } from '@jest/globals';
import { type DefinitionNode, Kind, parse as parseGraphql } from 'graphql';
import { freePort } from '../../harness/gateway-process.js';
import { until } from '../../harness/until.js';
import type { Block, Page } from './pages.js';
import { type Exchange, parse } from './recorder.js';
import { errorStatus, expectForm } from './responses.js';
import { commandsOf } from './shell.js';
import { startSite } from './site.js';
import { startStandIns } from './stand-ins.js';

/** The blocks of one page. They run in order against a gateway that no other page uses. */
export interface PageRun {
  run(block: Block): Promise<void>;
  stop(): Promise<void>;
}

/** The values that a page abbreviates with `…`, by how they begin. */
const printable = Object.entries({
  'sa-': /\bsa-[0-9a-f]{8}-[0-9a-f-]{27}/g,
  'secret-': /\bsecret-[0-9a-f]{8}-[0-9a-f-]{27}/g,
  'key-': /\bkey-[0-9a-f]{8}-[0-9a-f-]{27}/g,
  'trust-': /\btrust-[0-9a-f]{8}-[0-9a-f-]{27}/g,
  'audit-': /\baudit-[0-9a-f]{8}-[0-9a-f-]{27}/g,
  sa_client_: /\bsa_client_[0-9a-f]{12}/g,
  sa_secret_: /\bsa_secret_[0-9a-z]{20,}/g,
  eyJ: /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g,
});

const placeholder = new RegExp(`\\b(${printable.map(([start]) => start).join('|')})[\\w.-]*…`, 'g');

/** Commands that install, build or test this repository, or run until they are stopped. */
const isLong = (command: string) =>
  /^(\w+=\S* +)*(npm (?!run (--silent )?(token|keys)\b)|npx |git |\.ci\/run|node .*dist\/gateway\/main\.js)/.test(
    command.trim(),
  );

const tenant = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

export async function startPage({ text }: Page): Promise<PageRun> {
  const ownPort = await freePort();
  const ports = new Map([['4000', ownPort]]);
  for (const [, port = ''] of text.matchAll(/127\.0\.0\.1:(\d+)/g)) {
    if (!ports.has(port)) ports.set(port, await freePort());
  }
  const withPorts = (written: string) =>
    written.replace(/\b\d{4,5}\b/g, (number) => `${ports.get(number) ?? number}`);
  const [, settings = ''] = /<!-- the gateway runs with (.*?) -->/.exec(text) ?? [];
  const env = [...withPorts(settings).matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value]) => [name, value]);
  const isAmongPlatforms = text.includes('<!-- the gateway trusts the issuers of platforms -->');
  const platforms = isAmongPlatforms ? await startStandIns(`http://127.0.0.1:${ownPort}/oauth2`) : undefined;
  if (platforms) env.push(['WORKLOAD_ISSUERS_FILE', platforms.issuersFile]);
  const site = await startSite(ownPort, Object.fromEntries(env), platforms?.env);
  const printed = new Map<string, string>();
  let superAdmin: string | undefined;

  function remember(text: string) {
    for (const [start, form] of printable) {
      for (const [value] of text.matchAll(form)) printed.set(start, value);
    }
  }

  remember(site.banner);

  /** Replaces the ports of the page by those of the test, and placeholders by what was printed last. */
  const fill = (written: string): string =>
    withPorts(written).replace(placeholder, (found, start) => printed.get(start) ?? found);

  async function runShell(script: string) {
    let last = '';
    for (const written of commandsOf(script)) {
      if (isLong(written)) continue;
      const command = fill(written);
      if (command.includes('…')) throw new Error(`nothing that was printed fills the … of: ${command}`);
      const stdout = await site.shell.run(command).catch((error) => {
        throw new Error(`${written}\n${error.message}`);
      });
      remember(stdout);
      if (stdout.trim()) last = stdout;
      if (/&\s*$|&\n/.test(command)) await untilListening(command);
    }
    if (script.includes('ACCESS_TOKEN=$(')) await site.shell.run('[[ $ACCESS_TOKEN == eyJ*.*.* ]]');
    return parse(last);
  }

  /** Waits for a server that a command has started in the background, as a user does before the next command. */
  async function untilListening(command: string) {
    for (const [name, port] of ports) {
      if (name === '4000' || !command.includes(`${port}`)) continue;
      expect(await until(() => isListening(port), Boolean)).toBe(true);
    }
  }

  async function runGraphql(block: Block) {
    superAdmin ??= (await site.shell.run('npm run --silent token -- --role super_admin --minutes 60')).trim();
    const query = fill(block.text);
    const shown = jsonBehind(block);
    const variables = shown && !isResponse(shown) ? JSON.parse(fill(JSON.stringify(shown))) : undefined;
    let body: unknown;
    for (const operationName of operationsOf(query)) {
      const response = await fetch(`http://127.0.0.1:${ownPort}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${superAdmin}`,
          'x-tenantid': tenant,
        },
        body: JSON.stringify({ query, variables, operationName }),
      });
      const text = await response.text();
      remember(text);
      body = parse(text);
    }
    return body;
  }

  return {
    run: async (block) => {
      const { exchanges } = site.recorder;
      const first = exchanges.length;
      const output = await (block.language === 'graphql'
        ? runGraphql(block)
        : runShell(scriptOf(block))
      ).catch((error) => {
        const errors = faultsIn(exchanges.slice(first)).map((fault) => JSON.stringify(fault));
        throw new Error([error.message, ...errors].join('\n'));
      });
      const sent = exchanges.slice(first);
      const last = sent.at(-1);
      const behind = jsonBehind(block);
      const shown = behind && (block.language !== 'graphql' || isResponse(behind)) ? behind : undefined;
      const expected = expectedError(block, shown);
      const faults = faultsIn(sent);
      if (expected === undefined) expect(faults).toEqual([]);
      else {
        expect(faults).toEqual(last ? [last] : []);
        const status = last && errorStatus(last.status, last.body);
        expect(status).toEqual(expected === 'any' ? expect.any(Number) : expected);
      }
      if (shown) expectForm(typeof output === 'object' ? output : last?.body, shown);
    },
    stop: () => site.stop().finally(() => platforms?.close()),
  };

  /** Returns the JSON object that stands directly behind a block. */
  function jsonBehind({ next }: Block): object | undefined {
    if (next?.language !== 'json' || reasonNotToRun(next) !== undefined) return undefined;
    const value = parse(next.text);
    return typeof value === 'object' && !Array.isArray(value) && value !== null ? value : undefined;
  }
}

const faultsIn = (exchanges: Exchange[]) =>
  exchanges.filter(({ status, body }) => errorStatus(status, body) !== undefined);

const isResponse = (json: object) => 'data' in json || 'errors' in json;

const operationsOf = (document: string) =>
  parseGraphql(document)
    .definitions.filter((node: DefinitionNode) => node.kind === Kind.OPERATION_DEFINITION)
    .map(({ name }) => name?.value);

/** Returns the status of the error that the last response of a block has to be, as a comment or the page shows it. */
function expectedError({ comments }: Block, shown: object | undefined): number | 'any' | undefined {
  for (const comment of comments) {
    const [, status] = /^responds with (\d{3})$/.exec(comment) ?? [];
    if (status) return Number(status);
  }
  if (shown === undefined) return undefined;
  const status = errorStatus(200, shown);
  return status === 200 ? 'any' : status;
}

/** Returns the commands of a block. In a job in YAML, they are the text behind `run: |` or `- |`. */
export function scriptOf({ language, text }: Block): string {
  if (language !== 'yaml') return text;
  const [, script = ''] = /^ *(?:- |run: )\|\n((?: +\S.*(?:\n|$))+)/m.exec(text) ?? [];
  const [indentation = ''] = /^ */.exec(script) ?? [];
  return script.replaceAll(new RegExp(`^${indentation}`, 'gm'), '').trimEnd();
}

/** Returns the reason in `<!-- not run by the tests: reason -->` before a block, or undefined without that comment. */
export function reasonNotToRun({ comments }: Block): string | undefined {
  for (const comment of comments) {
    const [, reason] = /^not run by the tests:?\s*(.*)$/s.exec(comment) ?? [];
    if (reason !== undefined) return reason;
  }
  return undefined;
}

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
  });
