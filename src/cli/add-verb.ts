import type { Command } from 'commander';
import { addGlobals } from './globals.js';

/** A verb with the global options, and examples at the end of its help. */
export function addVerb(
  program: Command,
  usage: string,
  summary: string,
  examples: readonly string[],
): Command {
  const lines = examples.map((example) => `  leto-cluster ${example}`);
  return addGlobals(program.command(usage))
    .description(summary)
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
