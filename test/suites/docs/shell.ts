import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A bash that keeps its variables, functions and background jobs from one command to the next. */
export interface Shell {
  /** Runs a command. @returns what it printed on stdout. Rejects if anything in it fails. */
  run(command: string): Promise<string>;
  /** Ends the shell and all its background jobs. */
  stop(): Promise<void>;
}

/** The longest time that a command may take. */
const timeoutMs = 60_000;

/** Starts bash with this environment and no other. */
export function startShell(cwd: string, env: NodeJS.ProcessEnv): Shell {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-shell-'));
  const file = (name: string) => join(folder, name);
  // As the leader of a process group the shell can be ended together with its background jobs.
  const bash = spawn('bash', ['--noprofile', '--norc'], {
    cwd,
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(bash, 'close');
  bash.stdin.on('error', () => {}); // A command that ends the shell is reported by `run`.
  const statuses = createInterface(bash.stdout)[Symbol.asyncIterator]();
  // Like `set -e`, the trap sees each failed part of a command, those of functions, pipes and substitutions included.
  // Unlike it, the next commands still run and report their own faults.
  bash.stdin.write(
    `set -o pipefail -o errtrace\ntrap 'echo "exit code $? of: $BASH_COMMAND" >> ${file('failures')}' ERR\n`,
  );
  const end = () => {
    try {
      process.kill(-(bash.pid as number), 'SIGKILL');
    } catch {} // Nothing of it runs any more.
  };
  return {
    run: async (command) => {
      writeFileSync(file('command'), `${command}\n`);
      bash.stdin.write(
        `source ${file('command')} > ${file('stdout')} 2> ${file('stderr')} < /dev/null; echo $?\n`,
      );
      const timer = setTimeout(end, timeoutMs);
      const { done, value: status } = await statuses.next();
      clearTimeout(timer);
      if (done) throw new Error(`the shell ended, or this took more than ${timeoutMs} ms: ${command}`);
      const failed = existsSync(file('failures')) ? readFileSync(file('failures'), 'utf8') : '';
      const failures = failed.replaceAll(/^.* of: source .*\n/gm, '');
      rmSync(file('failures'), { force: true });
      const stdout = readFileSync(file('stdout'), 'utf8');
      if (failures || status !== '0') {
        const stderr = readFileSync(file('stderr'), 'utf8');
        throw new Error(`${failures || `exit code ${status}\n`}${stdout}${stderr}`);
      }
      return stdout;
    },
    stop: async () => {
      end();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Splits a block into commands, as a shell reads them: a heredoc, a function and a continued line are one each. */
export function commandsOf(block: string): string[] {
  const commands: string[] = [];
  let lines: string[] = [];
  for (const line of block.split('\n')) {
    lines.push(line);
    const command = lines.join('\n');
    if (!isComplete(command)) continue;
    if (/^\s*[^\s#]/m.test(command)) commands.push(command);
    lines = [];
  }
  if (lines.length > 0) throw new Error(`bash cannot read this command:\n${lines.join('\n')}`);
  return commands;
}

function isComplete(command: string): boolean {
  if (command.endsWith('\\')) return false;
  // For a heredoc without its end bash only prints a warning.
  const { status, stderr } = spawnSync('bash', ['-n'], { input: command, encoding: 'utf8' });
  return status === 0 && stderr === '';
}
