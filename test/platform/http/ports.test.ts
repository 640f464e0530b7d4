import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { checkPorts } from '../../../src/platform/http/ports.js';

const host = '127.0.0.1';
const metrics = { port: undefined };

test('PORT=0 becomes a port on which the gateway can listen', async () => {
  const port = await checkPorts({ host, port: 0, metrics });
  expect(port).toBeGreaterThan(0);
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  await once(server.close(), 'close');
});

test('a host that is not of this machine gets no suggestion of a port', async () => {
  // RFC 5737 reserves this address for documentation.
  await expect(checkPorts({ host: '192.0.2.1', port: 4000, metrics })).rejects.toThrow(
    'PORT, HOST: cannot listen on 192.0.2.1:4000 (EADDRNOTAVAIL). Choose an address of this host and a free port.',
  );
});

test('the last port has no next one to suggest', async () => {
  const server = createServer().listen(65_535, host);
  await once(server, 'listening');
  await expect(checkPorts({ host, port: 65_535, metrics })).rejects.toThrow(
    'PORT, HOST: cannot listen on 127.0.0.1:65535 (EADDRINUSE). Choose an address of this host and a free port.',
  );
  await once(server.close(), 'close');
});
