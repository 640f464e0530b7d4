import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as send } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';

/**
 * Starts a proxy that terminates TLS on loopback. Some peers accept only https.
 * @param {string} folder where the proxy keeps its key and its certificate
 */
export async function startTls(folder) {
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.pem')];
  const pair = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key];
  const subject = ['-days', '2', '-subj', '/CN=gateway', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...pair, ...subject, '-out', certificate], { stdio: 'ignore' });

  let target = '';
  const options = { key: readFileSync(key), cert: readFileSync(certificate) };
  const server = createServer(options, (request, response) => {
    const { method, url = '', headers } = request;
    const forwarded = send(target + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.once('error', () => response.destroy());
    request.pipe(forwarded);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

  return {
    url: `https://127.0.0.1:${port}`,
    /** The file of the certificate, which is also that of its authority. */
    certificate,
    /** @param {string} url */
    forwardTo: (url) => {
      target = url;
    },
  };
}
