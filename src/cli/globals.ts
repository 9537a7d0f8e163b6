import { type Command, Option } from 'commander';
import { defaultClusterName } from '../control/index.js';

/** Options that every verb takes, before it or after it. */
export interface Globals {
  readonly name: string;
  readonly json: boolean;
  readonly color: boolean;
}

export function addGlobals(command: Command): Command {
  return command
    .addOption(
      new Option('--name <cluster>', `the cluster's name (default: "${defaultClusterName}")`),
    )
    .option('--json', 'one JSON document, or one JSON object a line for streams')
    .option('--no-color', 'no colours, as with NO_COLOR in the environment');
}

export function globalsOf(command: Command): Globals {
  const { name, json, color } = command.optsWithGlobals<Partial<Globals>>();
  const forbidsColor = (process.env.NO_COLOR ?? '') !== '';
  return {
    name: name ?? defaultClusterName,
    json: json ?? false,
    color: (color ?? true) && !forbidsColor,
  };
}
