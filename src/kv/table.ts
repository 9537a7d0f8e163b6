/** The table of all commands of the state machine. */

import type { CommandSpec } from './command.js';
import { expiryCommands } from './expiry-commands.js';
import { readCommands } from './read-commands.js';
import { writeCommands } from './write-commands.js';

const table: ReadonlyMap<string, CommandSpec> = new Map(
  [...readCommands, ...writeCommands, ...expiryCommands].map((spec) => [spec.name, spec]),
);

/** Finds a command by its name, in upper or lower case. */
export function findCommand(name: string): CommandSpec | undefined {
  return table.get(name) ?? table.get(name.toLowerCase());
}

export function allCommands(): IterableIterator<CommandSpec> {
  return table.values();
}
