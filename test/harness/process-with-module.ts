import type { Gateway } from './gateway.js';
import { type GatewayProcess, startProcess } from './gateway-process.js';

/** Starts the built gateway, on the database of a gateway, with a module that it loads first. @param code of the module */
export async function startWithModule({ env }: Gateway, code: string): Promise<GatewayProcess> {
  const module = `data:text/javascript,${encodeURIComponent(code)}`;
  const built = await startProcess({ ...env, NODE_OPTIONS: `--import=${module}` });
  await built.ready();
  return built;
}
