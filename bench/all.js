// `npm run bench` runs this file: it measures creates and then tokens, with the same options.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

for (const program of ['bench/create.js', 'bench/tokens.js']) {
  const child = spawn(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  // On a signal the child stops the servers that it has started, and then ends.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  if (code !== 0) process.exit(code ?? 1);
  console.log();
}
