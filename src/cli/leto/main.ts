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

/** Runs `leto`; sets the exit code, and lets the process end when all is done. */
export async function leto(argv: readonly string[]): Promise<void> {
  // LevelDB makes its files for everybody to read.
  process.umask(privateMask);
  try {
    const act = readFlags(argv.slice(2));
    await act();
  } catch (error) {
    reportError(error, 'leto');
    if (error instanceof LetoError && error.code === 'LETO_BAD_OPTION') {
      process.stderr.write(`${usage()}\n`);
    }
    process.exitCode = exitCodeOf(error);
  }
}

/** What the user wants done. */
function readFlags(args: readonly string[]): () => Promise<void> {
  const flags = parseFlags(args);
  if (!flags) return async () => print(usage());
  if (flags.get('verify')) return () => verify(planVerify(flags));
  const plan = planLeto(flags);
  return () => run(plan);
}

async function verify({ id, folder }: Pick<LetoPlan, 'id' | 'folder'>): Promise<void> {
  print((await describeData(id, folder)).join('\n'));
}

async function run(plan: LetoPlan): Promise<void> {
  const { stderr } = process;
  const write = (line: string) => stderr.write(stderr.isTTY ? humanLine(line) : line);
  const log = new LetoLog(plan.id, plan.level, write);
  // A log that nobody reads any more is no reason to end.
  stderr.on('error', () => {});
  const shutdown = new ProcessShutdown();
  const node = new LetoNode(plan, log, shutdown.signal);
  process.on('uncaughtException', (error) => node.crash(error));
  shutdown.setTarget(node);
  for (const warning of plan.warnings) log.warn(`WARNING: ${warning}`);
  try {
    await Promise.race([node.start(), node.failed]);
    await Promise.race([shutdown.untilRequested(), node.failed]);
    log.notice(`${plan.id} stops`);
  } catch (error) {
    // A node that is told to stop while it waits for others ends its waiting so.
    if (shutdown.signal.aborted) return;
    reportError(error, 'leto');
    process.exitCode = exitCodeOf(error);
  } finally {
    await shutdown.stop();
    shutdown.dispose();
  }
}
