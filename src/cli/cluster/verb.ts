import { type Command, Option } from 'commander';
import { ControlClient } from '../../cluster/index.js';
import {
  checkName,
  defaultClusterName,
  type Intent,
  type TargetIntent,
  verbLineOf,
} from '../../control/index.js';
import { print, printJson } from '../shell/output.js';

/** Options that every verb takes, before it or after it. */
export interface GlobalOptions {
  readonly name: string;
  readonly json: boolean;
  readonly color: boolean;
}

export function addGlobalOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--name <cluster>', `the cluster's name (default: "${defaultClusterName}")`),
    )
    .option('--json', 'one JSON document, or one JSON object a line for streams')
    .option('--no-color', 'no colours, as with NO_COLOR in the environment');
}

export function globalOptionsOf(command: Command): GlobalOptions {
  const { name, json, color } = command.optsWithGlobals<Partial<GlobalOptions>>();
  const forbidsColor = (process.env.NO_COLOR ?? '') !== '';
  return {
    name: name ?? defaultClusterName,
    json: json ?? false,
    color: (color ?? true) && !forbidsColor,
  };
}

/** A verb with the global options, and examples at the end of its help. */
export function addVerb(
  program: Command,
  usage: string,
  summary: string,
  examples: readonly string[],
): Command {
  const lines = examples.map((example) => `  leto-cluster ${example}`);
  return addGlobalOptions(program.command(usage))
    .description(summary)
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Asks a running cluster, and hangs up whatever comes of it. */
export async function withCluster<T>(
  name: string,
  ask: (client: ControlClient) => Promise<T>,
): Promise<T> {
  checkName(name);
  const client = await ControlClient.connect(name);
  try {
    return await ask(client);
  } finally {
    client.close();
  }
}

/** Has a running cluster do it, and says when it is done. */
export async function carryOut(intent: Intent, { name, json }: GlobalOptions): Promise<void> {
  await withCluster(name, (client) => client.dispatch(intent));
  const { type: verb, ...details } = intent;
  if (json) printJson({ ok: true, verb, ...details });
  else print(`${verbLineOf(intent)}: done`);
}

/** A verb that is done to a node, and takes nothing else. */
export interface TargetVerb {
  readonly type: Exclude<TargetIntent['type'], 'disk'>;
  readonly summary: string;
  readonly targets: string;
  readonly examples: readonly string[];
}

export function addTargetVerbs(program: Command, verbs: readonly TargetVerb[]): void {
  for (const { type, summary, targets, examples } of verbs) {
    addVerb(program, type, summary, examples)
      .argument('<node>', targets)
      .action((target: string, _flags, command: Command) =>
        carryOut({ type, target }, globalOptionsOf(command)),
      );
  }
}
