/**
 * The program `leto-cluster`: its verbs, and how an error becomes a line on stderr and an exit
 * code.
 */

import { Command, CommanderError } from 'commander';
import { exitCodeOf, exitCodes } from '../shell/exit-codes.js';
import { onBrokenPipe, printError, reportError } from '../shell/output.js';
import { attach } from './attach.js';
import { addBenchVerb } from './bench-verb.js';
import { addCheckVerb } from './check-verb.js';
import { addDiskVerb } from './disk-verb.js';
import { addLessonVerb } from './lesson-verb.js';
import { addLifeVerbs } from './life-verbs.js';
import { addLinkVerbs } from './link-verbs.js';
import { addLogVerbs } from './log-verbs.js';
import { addMemberVerbs } from './member-verbs.js';
import { addReplayVerb } from './replay-verb.js';
import { addReportVerb } from './report-verb.js';
import { addStressVerb } from './stress-verb.js';
import { addTimeVerbs } from './time-verbs.js';
import { notifyParentOfFailure, up } from './up.js';
import { isInBackground, upDetached } from './up-detached.js';
import { addUpOptions, type UpFlags } from './up-options.js';
import { addGlobalOptions, addVerb, globalOptionsOf } from './verb.js';
import { destroy, down, listClusters, showEvents, showStatus } from './verbs.js';
import { version } from './version.js';

/** Runs `leto-cluster` with `process.argv`; sets the exit code and leaves the end to Node. */
export async function main(argv: readonly string[]): Promise<void> {
  onBrokenPipe(() => process.exit(exitCodes.done));
  try {
    process.exitCode = exitCodes.done;
    await buildProgram(argv).parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
      return;
    }
    notifyParentOfFailure(error);
    reportError(error);
    process.exitCode = exitCodeOf(error);
  } finally {
    if (process.connected) process.disconnect();
  }
}

function buildProgram(argv: readonly string[]): Command {
  const program = addGlobalOptions(new Command('leto-cluster'))
    .description('A real, durable Raft cluster on one host that you can watch and break.')
    .version(version, '-V, --version')
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text) => printError(text.replace(/^error: /, '')) });
  addUp(program, argv);
  addLifeVerbs(program);
  addLinkVerbs(program);
  addMemberVerbs(program);
  addDiskVerb(program);
  addTimeVerbs(program);
  addClusterVerbs(program);
  addLogVerbs(program);
  addLessonVerb(program);
  addReplayVerb(program);
  addReportVerb(program);
  addCheckVerb(program);
  addStressVerb(program);
  addBenchVerb(program);
  return program;
}

function addUp(program: Command, argv: readonly string[]): void {
  const verb = addVerb(program, 'up', 'starts a cluster and runs it in the foreground', [
    'up',
    'up -n 5 --data-dir ./data',
    'up -d --name demo --port 7000',
    'up --json --election-timeout 1000-2000',
    'up --record run.jsonl',
  ]);
  addUpOptions(verb).action(async (flags: UpFlags, command: Command) => {
    const globals = globalOptionsOf(command);
    if (flags.detach && !isInBackground())
      process.exitCode = await upDetached(argv, flags, globals);
    else await up(flags, globals);
  });
}

function addClusterVerbs(program: Command): void {
  addVerb(program, 'status', 'shows the state of all nodes', ['status', 'status --json']).action(
    (_flags, command: Command) => showStatus(globalOptionsOf(command)),
  );
  addVerb(program, 'events', 'shows the events of the cluster, oldest first', [
    'events',
    'events -f --json',
  ])
    .option('-f, --follow', 'keep printing new events')
    .action((flags: { follow?: boolean }, command: Command) =>
      showEvents(flags.follow ?? false, globalOptionsOf(command)),
    );
  addVerb(program, 'attach', 'opens the terminal UI on a running cluster', ['attach']).action(
    (_flags, command: Command) => attach(globalOptionsOf(command)),
  );
  addVerb(program, 'ps', 'lists your clusters', ['ps']).action((_flags, command: Command) =>
    listClusters(globalOptionsOf(command)),
  );
  addVerb(program, 'down', 'stops the cluster and keeps its data', ['down', 'down --all'])
    .option('--all', 'stop all of your clusters')
    .action((flags: { all?: boolean }, command: Command) =>
      down(flags.all ?? false, globalOptionsOf(command)),
    );
  addVerb(program, 'destroy', 'stops the cluster and deletes its data', ['destroy']).action(
    (_flags, command: Command) => destroy(globalOptionsOf(command)),
  );
}
