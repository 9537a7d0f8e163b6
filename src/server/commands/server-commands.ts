/** INFO, CONFIG and COMMAND, and the table of all commands that do not go through the log. */

import { type ByteString, valueBytesMax } from '../../base/index.js';
import { bulkReply, errorReply, mapReply, type Reply } from '../../kv/index.js';
import type { NodeContext } from '../node-context.js';
import { clientsMax, namesMax } from '../server-limits.js';
import { CommandDocs } from './command-docs.js';
import { connectionCommands } from './connection-commands.js';
import { infoText } from './info.js';
import { raftCommands } from './raft-commands.js';
import type { CommandContext, ServerCommand } from './server-command.js';

/** The parameters that clients usually ask for; none can be changed while the node runs. */
function parameters({ settings, addresses }: NodeContext): Record<string, string | number> {
  return {
    appendfsync: 'always',
    appendonly: 'yes',
    bind: settings.host,
    databases: 1,
    maxclients: clientsMax,
    maxmemory: settings.maxMemoryBytes,
    'maxmemory-policy': 'noeviction',
    port: addresses.get(settings.id)?.port ?? 0,
    'proto-max-bulk-len': valueBytesMax,
    save: '',
    timeout: 0,
  };
}

function runConfig({ node }: CommandContext, args: readonly ByteString[]): Reply {
  const [name = '', ...patterns] = args;
  if (name.toLowerCase() !== 'get') {
    return errorReply(`ERR unknown subcommand '${name}'. Only CONFIG GET is supported.`);
  }
  if (patterns.length === 0) {
    return errorReply("ERR wrong number of arguments for 'config|get' command");
  }
  if (patterns.length > namesMax) {
    return errorReply(`ERR too many patterns: at most ${namesMax} are allowed`);
  }
  const globs = patterns.map((pattern) => pattern.toLowerCase());
  return mapReply(
    Object.entries(parameters(node))
      .filter(([parameter]) => globs.some((glob) => matchesGlob(glob, parameter)))
      .map(([parameter, value]) => [bulkReply(parameter), bulkReply(String(value))]),
  );
}

/**
 * Matches `*` with any text, `?` with any character, and all else literally. Only the last star is
 * ever retried, so that no pattern takes long.
 */
function matchesGlob(glob: string, text: string): boolean {
  let at = 0;
  let lastStar = -1;
  let textAfterStar = 0;
  for (let inText = 0; inText < text.length; ) {
    if (glob[at] === '*') {
      lastStar = at;
      textAfterStar = inText;
      at += 1;
    } else if (glob[at] === '?' || glob[at] === text[inText]) {
      at += 1;
      inText += 1;
    } else if (lastStar >= 0) {
      at = lastStar + 1;
      textAfterStar += 1;
      inText = textAfterStar;
    } else {
      return false;
    }
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
}

const ownCommands: readonly ServerCommand[] = [
  {
    name: 'info',
    arity: -1,
    group: 'server',
    summary: 'Returns information and statistics about this node.',
    run: ({ node }, sections) => bulkReply(infoText(node, sections)),
  },
  {
    name: 'config',
    arity: -2,
    group: 'server',
    summary: 'Returns the values of configuration parameters.',
    run: runConfig,
  },
  {
    name: 'command',
    arity: -1,
    group: 'server',
    summary: 'Returns detailed information about all commands.',
    run: (_context, args) => commandDocs.answer(args),
  },
];

const all: readonly ServerCommand[] = [...connectionCommands, ...ownCommands, ...raftCommands];
const commandDocs = new CommandDocs(all);
const table: ReadonlyMap<string, ServerCommand> = new Map(
  all.map((command) => [command.name, command]),
);

export function findServerCommand(name: string): ServerCommand | undefined {
  return table.get(name.toLowerCase());
}
