import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import type { GatewayProcess } from '../../harness/gateway-process.js';
import { startWithModule } from '../../harness/process-with-module.js';

/** A module that the gateway loads first. It reports the code of packages that is not in the bundle. */
const reporter = `
  import Module from 'node:module';
  const load = Module._load;
  Module._load = function (name, ...args) {
    const isPackage = name.includes('/node_modules/') || !'./#'.includes(name[0]);
    const isCode = !Module.isBuiltin(name) && !name.endsWith('.json');
    if (isPackage && isCode) process.stderr.write('Not bundled: ' + name + ';');
    return load.call(this, name, ...args);
  };`;

let gateway: Gateway;
let built: GatewayProcess;
beforeAll(async () => {
  gateway = await startGateway();
  built = await startWithModule(gateway, reporter);
});
afterAll(async () => {
  await built?.stop();
  await gateway?.close();
});

test('the bundle contains the code of all packages that a start needs', () => {
  expect(built.stderr().match(/Not bundled: [^;]*/g)).toBeNull();
});
