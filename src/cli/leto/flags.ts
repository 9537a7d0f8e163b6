import { LetoError } from '../../base/index.js';

/** A flag as Go has them: `-name value`, `-name=value`, or `-name` alone for a switch; `--` does too. */
interface Flag {
  readonly name: string;
  /** What its value is called in the usage; a switch has none. */
  readonly argument?: string;
  readonly defaultValue?: string;
  readonly help: string;
}

/** In the order of the usage. */
const flags = [
  {
    name: 'advertise',
    argument: 'host:port',
    help: 'where peers reach the raft bus transport (default: the -raftbind address)',
  },
  {
    name: 'cluster',
    argument: 'id,host:port;...',
    help: 'all nodes of a static cluster by their raft addresses, the same text for each',
  },
  { name: 'debug', help: 'log votes, snapshots and connections too' },
  { name: 'http', argument: 'host:port', help: 'HTTP listen address (default: no HTTP)' },
  { name: 'id', argument: 'string', help: 'node id' },
  {
    name: 'insecure',
    help: 'let others reach -listen, -http and -raftbind without any protection',
  },
  {
    name: 'join',
    argument: 'host:port',
    help: 'join to already exist cluster: where one of its nodes listens',
  },
  {
    name: 'listen',
    argument: 'host:port',
    defaultValue: ':5379',
    help: 'server listen address; with -cluster any free port',
  },
  { name: 'node', argument: 'id', help: 'which node of -cluster this is' },
  {
    name: 'password-file',
    argument: 'file',
    help: 'clients must give the password on its first line',
  },
  {
    name: 'raftbind',
    argument: 'host:port',
    defaultValue: ':15379',
    help: 'raft bus transport bind address; with -cluster the one that stands there',
  },
  {
    name: 'raftdir',
    argument: 'folder',
    defaultValue: './',
    help: 'raft data directory; with -cluster ./node-<id>',
  },
  {
    name: 'secret-file',
    argument: 'file',
    help: 'peers must prove that they know the secret in it',
  },
  {
    name: 'tls-ca',
    argument: 'file',
    help: 'certificate of the CA that signs those of all nodes and clients',
  },
  { name: 'tls-cert', argument: 'file', help: 'certificate of this node: TLS on all ports' },
  { name: 'tls-key', argument: 'file', help: 'private key of this node' },
  { name: 'trace', help: 'log the name and key of each command too' },
  { name: 'v', help: 'log elections and changes of the members' },
  { name: 'verify', help: 'check the data in -raftdir, print what they are, and end' },
] as const satisfies readonly Flag[];

export type FlagName = (typeof flags)[number]['name'];

/** By name; a switch that is on is `true`, and what was not given is absent. */
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
 * Null where `-h` asks for the usage.
 * @throws {LetoError} LETO_BAD_OPTION
 */
export function parseFlags(args: readonly string[]): FlagValues | null {
  const values = new Map<string, string>();
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name = '', , given] = /^--?([^-=][^=]*)(=(.*))?$/s.exec(word) ?? [];
    if (name === '') throw flagError(`"${word}" is no flag`);
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

/** What a flag that was not given stands for; empty where that is nothing. */
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
