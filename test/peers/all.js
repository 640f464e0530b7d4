// Has programs of others use a gateway behind TLS, and prints a line for each outcome: `npm run test:peers`. As root on
// Debian or Ubuntu, it installs the programs first if they are missing.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureOwnGateway } from '../../bench/own-gateway.js';
import { createAccounts } from './accounts.js';
import { checkCurl } from './curl.js';
import { checkModAuthOpenidc } from './mod-auth-openidc.js';
import { createOutcomes } from './outcomes.js';
import { installPeers } from './packages.js';
import { checkRequestsOauthlib } from './requests-oauthlib.js';
import { startTls } from './tls.js';

/**
 * @typedef {object} Site
 * @property {import('./outcomes.js').Check} check
 * @property {string} url the URL of the gateway for its clients
 * @property {string} issuer
 * @property {string} localUrl the URL of the gateway without TLS
 * @property {string} certificate the file of the certificate that the peers must trust
 * @property {string} folder a folder for files of the peers
 * @property {ReturnType<typeof createAccounts>} accounts
 */

installPeers();
// All requests stay on loopback, so no proxy may come between.
process.env.NO_PROXY = process.env.no_proxy = '127.0.0.1';
const folder = mkdtempSync(join(tmpdir(), 'gateway-peers-'));
// Apache responds as another user, who must reach its files but cannot read the private keys beside them.
chmodSync(folder, 0o711);
process.once('exit', () => rmSync(folder, { recursive: true }));
const { url, certificate, forwardTo } = await startTls(folder);

await measureOwnGateway(
  async ({ url: localUrl, token, signal }) => {
    forwardTo(localUrl);
    const { check, sum } = createOutcomes(signal);
    const accounts = createAccounts(localUrl, token, folder);
    const site = { check, url, issuer: `${url}/oauth2`, localUrl, certificate, folder, accounts };
    await checkCurl(site);
    await checkRequestsOauthlib(site);
    await checkModAuthOpenidc(site);
    return sum();
  },
  undefined,
  { variables: { PUBLIC_URL: url } },
);
