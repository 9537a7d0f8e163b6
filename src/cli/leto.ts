import { LetoError } from '../base/errors.js';
import { exitCodeOf } from './exit-codes.js';
import { parseFlags, usage } from './leto-flags.js';
import { LetoLog } from './leto-log.js';
import { LetoNode } from './leto-node.js';
import { type LetoPlan, planLeto } from './leto-plan.js';
import { complainOf, say } from './output.js';
import { Stopping } from './stopping.js';

/** Runs `leto`; sets the exit code, and lets the process end when all is done. */
export async function leto(argv: readonly string[]): Promise<void> {
  const plan = readPlan(argv.slice(2));
  if (plan) await run(plan);
}

/** Null where there is nothing to run. */
function readPlan(args: readonly string[]): LetoPlan | null {
  try {
    const flags = parseFlags(args);
    if (flags) return planLeto(flags);
    say(usage());
  } catch (error) {
    complainOf(error, 'leto');
    if (error instanceof LetoError) process.stderr.write(`${usage()}\n`);
    process.exitCode = exitCodeOf(error);
  }
  return null;
}

async function run(plan: LetoPlan): Promise<void> {
  const log = new LetoLog(plan.id, plan.level, (line) => process.stderr.write(line));
  // A log that nobody reads any more is no reason to end.
  process.stderr.on('error', () => {});
  const stopping = new Stopping();
  const node = new LetoNode(plan, log, stopping.signal);
  process.on('uncaughtException', (error) => node.crash(error));
  stopping.watch(node);
  for (const warning of plan.warnings) log.say(`WARNING: ${warning}`);
  try {
    await Promise.race([node.start(), node.failed]);
    await Promise.race([stopping.untilRequested(), node.failed]);
    log.say(`${plan.id} stops`);
  } catch (error) {
    // A node that is told to stop while it waits for others ends its waiting so.
    if (stopping.signal.aborted) return;
    complainOf(error, 'leto');
    process.exitCode = exitCodeOf(error);
  } finally {
    await stopping.stop();
    stopping.dispose();
  }
}
