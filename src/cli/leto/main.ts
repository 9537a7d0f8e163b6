/** The program `leto`: one node as a process. leto-node.ts runs the node itself. */

import { LetoError } from '../../base/index.js';
import { describeData } from '../../node/index.js';
import { exitCodeOf } from '../shell/exit-codes.js';
import { print, reportError } from '../shell/output.js';
import { ProcessShutdown } from '../shell/process-shutdown.js';
import { parseFlags, usage } from './flags.js';
import { LetoNode } from './leto-node.js';
import { humanLine, LetoLog } from './log.js';
import { type LetoPlan, planLeto, planVerify } from './plan.js';

const privateMask = 0o077;

/** Runs `leto` with `process.argv`; sets the exit code and leaves the end to Node. */
export async function leto(argv: readonly string[]): Promise<void> {
  // LevelDB creates its files readable for everybody.
  process.umask(privateMask);
  try {
    const run = chooseAction(argv.slice(2));
    await run();
  } catch (error) {
    reportError(error, 'leto');
    if (error instanceof LetoError && error.code === 'LETO_BAD_OPTION') {
      process.stderr.write(`${usage()}\n`);
    }
    process.exitCode = exitCodeOf(error);
  }
}

/** Returns what the flags ask for: the usage, a check of the data, or a running node. */
function chooseAction(args: readonly string[]): () => Promise<void> {
  const flags = parseFlags(args);
  if (!flags) return async () => print(usage());
  if (flags.get('verify')) return () => verify(planVerify(flags));
  const plan = planLeto(flags);
  return () => runNode(plan);
}

async function verify({ id, folder }: Pick<LetoPlan, 'id' | 'folder'>): Promise<void> {
  print((await describeData(id, folder)).join('\n'));
}

async function runNode(plan: LetoPlan): Promise<void> {
  const { stderr } = process;
  const write = (line: string) => stderr.write(stderr.isTTY ? humanLine(line) : line);
  const log = new LetoLog(plan.id, plan.level, write);
  // A broken pipe on stderr must not end the node.
  stderr.on('error', () => {});
  const shutdown = new ProcessShutdown();
  const node = new LetoNode(plan, log, shutdown.signal);
  process.on('uncaughtException', (error) => node.crash(error));
  shutdown.setTarget(node);
  for (const warning of plan.warnings) log.warn(`WARNING: ${warning}`);
  try {
    await Promise.race([node.start(), node.failed]);
    await Promise.race([shutdown.untilRequested(), node.failed]);
    log.notice(`${plan.id} is stopping`);
  } catch (error) {
    // A node that is told to stop while it still waits for others ends its start with an error.
    if (shutdown.signal.aborted) return;
    reportError(error, 'leto');
    process.exitCode = exitCodeOf(error);
  } finally {
    await shutdown.stop();
    shutdown.dispose();
  }
}
