import type { ByteString } from '../base/bytes.js';
import { valueBytesMax } from '../base/limits.js';
import { bulk, error, map, type Reply } from '../kv/index.js';
import { CommandDocs } from './command-docs.js';
import { connectionCommands } from './connection-commands.js';
import { infoText } from './info.js';
import type { NodeContext } from './node-context.js';
import { raftCommands } from './raft-commands.js';
import type { CommandContext, ServerCommand } from './server-command.js';
import { clientsMax } from './server-limits.js';

/** The parameters that clients ask for; none can be set while the node runs. */
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
    return error(`ERR unknown subcommand '${name}'. CONFIG GET is all there is.`);
  }
  if (patterns.length === 0) {
    return error("ERR wrong number of arguments for 'config|get' command");
  }
  const globs = patterns.map(toGlob);
  return map(
    Object.entries(parameters(node))
      .filter(([parameter]) => globs.some((glob) => glob.test(parameter)))
      .map(([parameter, value]) => [bulk(parameter), bulk(String(value))]),
  );
}

/** `*` is any text and `?` any letter; everything else is itself. */
function toGlob(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
}

const ownCommands: readonly ServerCommand[] = [
  {
    name: 'info',
    arity: -1,
    group: 'server',
    summary: 'Returns information and statistics about this node.',
    run: ({ node }, sections) => bulk(infoText(node, sections)),
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
