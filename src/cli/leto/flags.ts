/**
 * The flags of `leto`, parsed as Go's flag package does: `-name value`, `-name=value`, `-name`
 * alone for a switch, and two dashes in place of one. What the values mean is decided in plan.ts.
 */

import { LetoError } from '../../base/index.js';

/** One flag of the command line. */
interface Flag {
  readonly name: string;
  /** The name of the value in the usage; undefined for a switch. */
  readonly argument?: string;
  readonly defaultValue?: string;
  readonly help: string;
}

/** All flags, in the order of the usage. */
const flags = [
  {
    name: 'advertise',
    argument: 'host:port',
    help: 'address at which peers reach this node (default: the -raftbind address)',
  },
  {
    name: 'cluster',
    argument: 'id,host:port;...',
    help: 'all nodes of a static cluster with their Raft addresses; the same list for each node',
  },
  { name: 'debug', help: 'also log votes, snapshots and connections' },
  { name: 'http', argument: 'host:port', help: 'HTTP listen address (default: no HTTP)' },
  { name: 'id', argument: 'string', help: 'node id' },
  {
    name: 'insecure',
    help: 'allow other machines to reach -listen, -http and -raftbind without protection',
  },
  {
    name: 'join',
    argument: 'host:port',
    help:
      'join an existing cluster through the node that serves clients at this address; with data, ' +
      'ask that node where the members are',
  },
  {
    name: 'listen',
    argument: 'host:port',
    defaultValue: ':5379',
    help: 'address to serve Redis clients at; with -cluster any free port',
  },
  { name: 'node', argument: 'id', help: 'the id of this node in -cluster' },
  {
    name: 'password-file',
    argument: 'file',
    help: 'file whose first line is the password for clients',
  },
  {
    name: 'raftbind',
    argument: 'host:port',
    defaultValue: ':15379',
    help: 'address to serve peers at; with -cluster the address in that list',
  },
  {
    name: 'raftdir',
    argument: 'folder',
    defaultValue: './',
    help: 'folder for the data; with -cluster ./node-<id>',
  },
  {
    name: 'secret-file',
    argument: 'file',
    help: 'file with the secret that peers must prove they know',
  },
  {
    name: 'tls-ca',
    argument: 'file',
    help: 'certificate of the CA that signs the certificates of all nodes and clients',
  },
  {
    name: 'tls-cert',
    argument: 'file',
    help: 'certificate of this node; turns on TLS on all ports',
  },
  { name: 'tls-key', argument: 'file', help: 'private key of this node' },
  { name: 'trace', help: 'also log the name and key of each command' },
  { name: 'v', help: 'log elections and membership changes' },
  { name: 'verify', help: 'check the data in -raftdir, print a summary, and exit' },
] as const satisfies readonly Flag[];

export type FlagName = (typeof flags)[number]['name'];

/** The given flags by name. A switch that is on has the value `true`, one that is off is empty. */
export type FlagValues = ReadonlyMap<string, string> & {
  get(name: FlagName): string | undefined;
};

const switchValues: Readonly<Record<string, string>> = {
  true: 'true',
  1: 'true',
  false: '',
  0: '',
};

/**
 * Parses the arguments after the program's name; returns null when `-h` asks for the usage.
 * @throws {LetoError} LETO_BAD_OPTION
 */
export function parseFlags(args: readonly string[]): FlagValues | null {
  const values = new Map<string, string>();
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name = '', , given] = /^--?([^-=][^=]*)(=(.*))?$/s.exec(word) ?? [];
    if (name === '') throw flagError(`"${word}" is not a flag`);
    if (['h', 'help'].includes(name)) return null;
    const flag: Flag | undefined = flags.find((known) => known.name === name);
    if (!flag) throw flagError(`flag provided but not defined: -${name}`);
    values.set(
      name,
      flag.argument ? argumentOf(flag, given ?? rest.shift()) : switchOf(flag, given),
    );
  }
  return values;
}

/** Returns the default value of a flag; empty when it has none. */
export function defaultValueOf(name: FlagName): string {
  const flag: Flag | undefined = flags.find((known) => known.name === name);
  return flag?.defaultValue ?? '';
}

function argumentOf({ name }: Flag, value: string | undefined): string {
  if (value === undefined) throw flagError(`flag needs an argument: -${name}`);
  return value;
}

function switchOf({ name }: Flag, given = 'true'): string {
  const value = switchValues[given];
  if (value === undefined) throw flagError(`invalid boolean value "${given}" for -${name}`);
  return value;
}

function flagError(message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', message);
}

export function usage(): string {
  const lines = flags.map((flag: Flag) => {
    const initial = flag.defaultValue === undefined ? '' : ` (default "${flag.defaultValue}")`;
    const argument = flag.argument ? ` ${flag.argument}` : '';
    return `  -${flag.name}${argument}\n    \t${flag.help}${initial}`;
  });
  return ['Usage of leto:', ...lines].join('\n');
}
