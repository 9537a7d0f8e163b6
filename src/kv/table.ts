import type { CommandSpec } from './command.js';
import { expiryCommands } from './expiry-commands.js';
import { readCommands } from './read-commands.js';
import { writeCommands } from './write-commands.js';

/** Every command of the state machine, by kind in its file, by name here. */
const table: ReadonlyMap<string, CommandSpec> = new Map(
  [...readCommands, ...writeCommands, ...expiryCommands].map((spec) => [spec.name, spec]),
);

export function findCommand(name: string): CommandSpec | undefined {
  return table.get(name) ?? table.get(name.toLowerCase());
}

export function allCommands(): IterableIterator<CommandSpec> {
  return table.values();
}
