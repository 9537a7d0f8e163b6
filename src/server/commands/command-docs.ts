/**
 * COMMAND and its subcommands, which describe the commands of the state machine and of the node.
 */

import type { ByteString } from '../../base/index.js';
import {
  allCommands,
  arrayReply,
  bulkReply,
  type CommandSpec,
  errorReply,
  integerReply,
  mapReply,
  nullReply,
  type Reply,
} from '../../kv/index.js';
import { namesMax } from '../server-limits.js';
import type { ServerCommand } from './server-command.js';

const tooManyNames = errorReply(`ERR too many names: at most ${namesMax} are allowed`);

/** The facts about a command from which all COMMAND replies are built. */
interface Description {
  readonly name: string;
  readonly arity: number;
  readonly flags: readonly string[];
  readonly keys: CommandSpec['keys'];
  readonly group: string;
  readonly summary: string;
}

function describeKvCommand(spec: CommandSpec): Description {
  const { name, arity, keys, summary } = spec;
  const flags = spec.kind === 'read' ? ['readonly'] : ['write'];
  if (spec.growsMemory) flags.push('denyoom');
  return { name, arity, flags, keys, group: keys ? 'string' : 'server', summary };
}

function describeServerCommand(command: ServerCommand): Description {
  const { name, arity, group, summary, isAllowedBeforeAuth } = command;
  const flags = ['loading', 'stale', ...(isAllowedBeforeAuth ? ['no_auth'] : [])];
  return { name, arity, flags, keys: null, group, summary };
}

export class CommandDocs {
  readonly #descriptions: ReadonlyMap<string, Description>;

  constructor(serverCommands: readonly ServerCommand[]) {
    const all = [
      ...[...allCommands()].map(describeKvCommand),
      ...serverCommands.map(describeServerCommand),
    ];
    this.#descriptions = new Map(all.map((description) => [description.name, description]));
  }

  answer([name, ...args]: readonly ByteString[]): Reply {
    if (args.length > namesMax) return tooManyNames;
    switch (name?.toLowerCase()) {
      case undefined:
        return arrayReply(this.#all().map(infoOf));
      case 'count':
        return integerReply(this.#descriptions.size);
      case 'list':
        return arrayReply(this.#all().map((description) => bulkReply(description.name)));
      case 'info':
        return arrayReply((args.length > 0 ? this.#named(args) : this.#all()).map(infoOf));
      case 'docs':
        return this.#docs(args);
      default:
        return errorReply(`ERR unknown subcommand '${name}'. Try COMMAND HELP.`);
    }
  }

  #docs(names: readonly ByteString[]): Reply {
    const described = names.length > 0 ? this.#named(names) : this.#all();
    const known = described.filter((description) => description !== undefined);
    return mapReply(known.map((description) => [bulkReply(description.name), docsOf(description)]));
  }

  #all(): Description[] {
    return [...this.#descriptions.values()];
  }

  #named(names: readonly ByteString[]): (Description | undefined)[] {
    return names.map((name) => this.#descriptions.get(name.toLowerCase()));
  }
}

function infoOf(description: Description | undefined): Reply {
  if (!description) return nullReply;
  const { name, arity, flags, keys, group } = description;
  return arrayReply([
    bulkReply(name),
    integerReply(arity),
    arrayReply(flags.map(simple)),
    integerReply(keys?.first ?? 0),
    integerReply(keys?.last ?? 0),
    integerReply(keys?.step ?? 0),
    arrayReply([simple(`@${group}`)]),
    arrayReply([]),
    arrayReply([]),
    arrayReply([]),
  ]);
}

function docsOf({ summary, group }: Description): Reply {
  return mapReply([
    [bulkReply('summary'), bulkReply(summary)],
    [bulkReply('since'), bulkReply('1.0.0')],
    [bulkReply('group'), bulkReply(group)],
  ]);
}

function simple(text: string): Reply {
  return { type: 'simple', text };
}
