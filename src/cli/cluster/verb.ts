/** What all verbs share: the global options, the help, and the connection to a running cluster. */

import { type Command, Option } from 'commander';
import { ControlClient } from '../../cluster/index.js';
import {
  checkName,
  defaultClusterName,
  type Intent,
  mayLeaveNodesOpen,
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
    .option('--json', 'print one JSON document, or one JSON object per line for streams')
    .option('--no-color', 'print without colours, as with NO_COLOR in the environment');
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

/** Adds a verb with the global options, and with examples at the end of its help. */
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

/**
 * Connects to a running cluster, and closes the connection when `ask` has settled.
 * @throws {LetoError} LETO_NO_SUCH_CLUSTER; LETO_BAD_OPTION when the name is not valid
 */
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

/**
 * Carries out an intent on a running cluster. Prints a line when it is done, which names the nodes
 * that it met when the user did not.
 */
export async function carryOut(intent: Intent, { name, json }: GlobalOptions): Promise<void> {
  const met = await withCluster(name, (client) => client.dispatch(intent));
  const nodes = mayLeaveNodesOpen(intent) ? met : [];
  const { type: verb, ...details } = intent;
  const isNamed = 'target' in intent && nodes.length === 1 && nodes[0] === intent.target;
  const names = nodes.length === 0 || isNamed ? '' : ` (${nodes.join(', ')})`;
  if (json) printJson({ ok: true, verb, ...details, ...(nodes.length > 0 ? { nodes } : {}) });
  else print(`${verbLineOf(intent)}: done${names}`);
}

/** A verb whose only argument is a node. */
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
