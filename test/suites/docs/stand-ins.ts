import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssuerName } from '../../api/oauth/issuer-shapes.js';
import { type Platform, startPlatforms, writeIssuersFile } from '../../api/oauth/platforms.js';

/** What stands for the platforms on which workloads run, each with its issuer. Everything else is as on a platform. */
export interface StandIns {
  /** The file that names the issuers. */
  issuersFile: string;
  /** What a workload finds in its environment. */
  env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** An endpoint of a platform, which signs a token for whoever sends the header that the platform requires. */
interface Endpoint {
  platform: IssuerName;
  header: [name: string, value: string];
  /** The parameter that names the audience, and the other parameters. */
  audience: string;
  params: Record<string, string>;
  body(token: string): string;
}

const requestToken = 'request-token-of-the-job';
const endpoints: Record<string, Endpoint> = {
  'actions.local/token': {
    platform: 'github',
    header: ['authorization', `bearer ${requestToken}`],
    audience: 'audience',
    params: { 'api-version': '2.0' },
    body: (value) => JSON.stringify({ count: value.length, value }),
  },
  'metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity': {
    platform: 'google',
    header: ['metadata-flavor', 'Google'],
    audience: 'audience',
    params: { format: 'full' },
    body: (token) => token,
  },
  '169.254.169.254/metadata/identity/oauth2/token': {
    platform: 'azure',
    header: ['metadata', 'true'],
    audience: 'resource',
    params: { 'api-version': '2018-02-01' },
    body: (token) =>
      JSON.stringify({
        access_token: token,
        client_id: 'b0a6d2c3',
        expires_in: '86399',
        token_type: 'Bearer',
      }),
  },
  // What the programs of the platforms ask.
  'kubectl.local/token': commandEndpoint('kubernetes', (token) => `${token}\n`),
  'spire-agent.local/token': commandEndpoint('spire', (svid) =>
    JSON.stringify(
      [{ svids: [{ hint: '', spiffe_id: 'spiffe://example.org/…', svid }] }, { bundles: {} }],
      null,
      2,
    ),
  ),
};

function commandEndpoint(platform: IssuerName, body: Endpoint['body']): Endpoint {
  return { platform, header: ['x-command', 'yes'], audience: 'audience', params: {}, body };
}

/** Programs that a platform installs. They take the arguments of the page, and no others. */
const programs = {
  kubectl: ['create', 'token', 'orders', '--namespace', 'shop', '--audience', ''],
  'spire-agent': ['api', 'fetch', 'jwt', '-audience', '', '-output', 'json'],
};

/** Starts the issuers and the endpoints of all platforms. @param audience the issuer of the gateway */
export async function startStandIns(audience: string): Promise<StandIns> {
  const platforms = await startPlatforms();
  const platform = (name: IssuerName) => platforms.find((one) => one.name === name) as Platform;
  const folder = mkdtempSync(join(tmpdir(), 'stand-ins-'));

  async function respond(url: string, headers: IncomingHttpHeaders): Promise<string | undefined> {
    const { host, pathname, searchParams } = new URL(url, `http://${headers.host}`);
    const endpoint = endpoints[`${host}${pathname}`];
    if (!endpoint) return undefined;
    const { header, params } = endpoint;
    const asked = Object.fromEntries(searchParams);
    const { [endpoint.audience]: audience, ...others } = asked;
    const isRight = headers[header[0]] === header[1] && JSON.stringify(others) === JSON.stringify(params);
    return isRight && audience ? endpoint.body(await platform(endpoint.platform).sign(audience)) : undefined;
  }

  const server = createServer(async ({ url = '', headers }, response) => {
    const body = await respond(url, headers);
    response.writeHead(body === undefined ? 400 : 200).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  const hosts = Object.keys(endpoints).map((url) => url.split('/', 1)[0]);
  writeFileSync(
    join(folder, '.curlrc'),
    hosts.map((host) => `connect-to = "${host}:80:127.0.0.1:${port}"\n`).join(''),
  );
  mkdirSync(join(folder, 'bin'));
  for (const [name, args] of Object.entries(programs)) {
    const path = join(folder, 'bin', name);
    writeFileSync(path, scriptOf(name, args));
    chmodSync(path, 0o755);
  }
  writeFileSync(join(folder, 'token'), await platform('kubernetes').sign(audience));
  return {
    issuersFile: writeIssuersFile(folder, platforms),
    env: {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      CURL_HOME: folder,
      ACTIONS_ID_TOKEN_REQUEST_URL: 'http://actions.local/token?api-version=2.0',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
      WORKLOAD_TOKEN_FILE: join(folder, 'token'),
      GATEWAY_ID_TOKEN: await platform('gitlab').sign(audience),
    },
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
      await Promise.all(platforms.map((one) => one.close()));
      rmSync(folder, { recursive: true });
    },
  };
}

/** Returns a program that accepts its arguments, of which the empty one is the audience, and prints a token. */
function scriptOf(name: string, args: string[]): string {
  const checks = args.map((arg, index) => (arg ? `[ "$${index + 1}" = '${arg}' ] || exit 2` : ''));
  const audience = args.indexOf('') + 1;
  return `#!/bin/sh
[ $# = ${args.length} ] || exit 2
${checks.join('\n')}
exec curl --silent --fail --header 'x-command: yes' --get --data-urlencode "audience=$${audience}" http://${name}.local/token
`;
}
