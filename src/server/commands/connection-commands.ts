/**
 * The commands about the client's own connection: HELLO, AUTH, CLIENT, SELECT, PING, ECHO and QUIT.
 */

import type { ByteString } from '../../base/index.js';
import {
  arrayReply,
  bulkReply,
  errorReply,
  integerReply,
  mapReply,
  nullReply,
  okReply,
  type Reply,
  syntaxErrorReply,
} from '../../kv/index.js';
import { describeClient } from '../client-list.js';
import { isTimingSafeEqual } from '../password.js';
import { clientTextBytesMax } from '../server-limits.js';
import { redisVersion } from './info.js';
import type { CommandContext, ServerCommand } from './server-command.js';

const pong: Reply = { type: 'simple', text: 'PONG' };
const wrongPassword = errorReply('WRONGPASS invalid username-password pair or user is disabled.');
const noPassword = errorReply(
  'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
);

/** Authenticates the connection; returns null on success, or the error reply. */
function authenticate(
  context: CommandContext,
  user: ByteString,
  password: ByteString,
): Reply | null {
  const { password: expected } = context.node.settings;
  if (expected === null) return noPassword;
  const given = Buffer.from(password, 'latin1').toString('utf8');
  if (user !== 'default' || !isTimingSafeEqual(given, expected)) return wrongPassword;
  context.connection.authenticate();
  return null;
}

function runAuth(context: CommandContext, args: readonly ByteString[]): Reply {
  const [first = '', second] = args;
  if (args.length > 2) return syntaxErrorReply;
  const refusal =
    second === undefined
      ? authenticate(context, 'default', first)
      : authenticate(context, first, second);
  return refusal ?? okReply;
}

/** Runs HELLO [version [AUTH user password] [SETNAME name]]. */
function runHello(context: CommandContext, [version, ...words]: readonly ByteString[]): Reply {
  const { connection } = context;
  if (version !== undefined && version !== '2' && version !== '3') {
    return /^[0-9]+$/.test(version)
      ? errorReply('NOPROTO unsupported protocol version')
      : errorReply('ERR Protocol version is not an integer or out of range');
  }
  const refusal = runHelloWords(context, words);
  if (refusal) return refusal;
  if (!connection.client.isAuthenticated) {
    return errorReply(
      'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
    );
  }
  if (version !== undefined) connection.client.protocol = version === '3' ? 3 : 2;
  return helloReply(context);
}

function runHelloWords(context: CommandContext, words: readonly ByteString[]): Reply | null {
  for (let at = 0; at < words.length; ) {
    const [word = '', first, second] = words.slice(at, at + 3);
    if (word.toLowerCase() === 'auth' && first !== undefined && second !== undefined) {
      const refusal = authenticate(context, first, second);
      if (refusal) return refusal;
      at += 3;
    } else if (word.toLowerCase() === 'setname' && first !== undefined) {
      const refusal = setName(context, first);
      if (refusal) return refusal;
      at += 2;
    } else {
      return errorReply(`ERR Syntax error in HELLO option '${word}'`);
    }
  }
  return null;
}

function helloReply({ connection, node }: CommandContext): Reply {
  const role = node.replica.raftState.role === 'leader' ? 'master' : 'replica';
  return mapReply([
    [bulkReply('server'), bulkReply('redis')],
    [bulkReply('version'), bulkReply(redisVersion)],
    [bulkReply('proto'), integerReply(connection.client.protocol)],
    [bulkReply('id'), integerReply(connection.client.id)],
    [bulkReply('mode'), bulkReply('standalone')],
    [bulkReply('role'), bulkReply(role)],
    [bulkReply('modules'), arrayReply([])],
  ]);
}

/** Sets the name of the connection; returns null on success, or the error reply. */
function setName({ connection }: CommandContext, name: ByteString): Reply | null {
  if (/[^!-~]/.test(name)) {
    return errorReply('ERR Client names cannot contain spaces, newlines or special characters.');
  }
  if (name.length > clientTextBytesMax) {
    return errorReply(`ERR Client names cannot be longer than ${clientTextBytesMax} bytes.`);
  }
  connection.client.name = name;
  return null;
}

function setInfo({ connection }: CommandContext, args: readonly ByteString[]): Reply {
  const [attribute = '', value = ''] = args;
  if (/[^!-~]/.test(value)) {
    return errorReply(`ERR ${attribute} cannot contain spaces, newlines or special characters.`);
  }
  if (value.length > clientTextBytesMax) {
    return errorReply(`ERR ${attribute} cannot be longer than ${clientTextBytesMax} bytes.`);
  }
  if (attribute.toLowerCase() === 'lib-name') connection.client.libName = value;
  else if (attribute.toLowerCase() === 'lib-ver') connection.client.libVersion = value;
  else return errorReply(`ERR Unrecognized option '${attribute}'`);
  return okReply;
}

type Subcommand = (context: CommandContext, args: readonly ByteString[]) => Reply;

/** The subcommands of CLIENT by name; `argCount` does not count the name. */
const clientSubcommands: ReadonlyMap<
  string,
  { readonly argCount: number; readonly run: Subcommand }
> = new Map([
  ['id', { argCount: 0, run: ({ connection }) => integerReply(connection.client.id) }],
  [
    'getname',
    {
      argCount: 0,
      run: ({
        connection: {
          client: { name },
        },
      }) => (name ? bulkReply(name) : nullReply),
    },
  ],
  ['setname', { argCount: 1, run: (context, [name = '']) => setName(context, name) ?? okReply }],
  ['setinfo', { argCount: 2, run: setInfo }],
  ['info', { argCount: 0, run: ({ connection }) => bulkReply(`${describeClient(connection)}\n`) }],
  ['list', { argCount: 0, run: listClients }],
]);

function listClients({ node }: CommandContext): Reply {
  return bulkReply(
    [...node.connections].map((connection) => `${describeClient(connection)}\n`).join(''),
  );
}

function runClient(context: CommandContext, [name = '', ...args]: readonly ByteString[]): Reply {
  const subcommand = clientSubcommands.get(name.toLowerCase());
  if (subcommand?.argCount === args.length) return subcommand.run(context, args);
  if (!subcommand) return errorReply(`ERR unknown subcommand '${name}'. Try CLIENT HELP.`);
  return errorReply(`ERR wrong number of arguments for 'client|${name.toLowerCase()}' command`);
}

function runSelect(_context: CommandContext, [index = '']: readonly ByteString[]): Reply {
  if (!/^-?[0-9]+$/.test(index)) return errorReply('ERR value is not an integer or out of range');
  return Number(index) === 0 ? okReply : errorReply('ERR DB index is out of range');
}

export const connectionCommands: readonly ServerCommand[] = [
  {
    name: 'ping',
    arity: -1,
    group: 'connection',
    summary: "Returns the server's liveliness response.",
    run: (_context, args) => {
      const [message] = args;
      if (args.length > 1) return errorReply("ERR wrong number of arguments for 'ping' command");
      return message === undefined ? pong : bulkReply(message);
    },
  },
  {
    name: 'echo',
    arity: 2,
    group: 'connection',
    summary: 'Returns the given string.',
    run: (_context, [message = '']) => bulkReply(message),
  },
  {
    name: 'quit',
    arity: -1,
    group: 'connection',
    summary: 'Closes the connection.',
    isAllowedBeforeAuth: true,
    run: ({ connection }) => {
      connection.closeSoon();
      return okReply;
    },
  },
  {
    name: 'select',
    arity: 2,
    group: 'connection',
    summary: 'Selects a database; only database 0 exists.',
    run: runSelect,
  },
  {
    name: 'auth',
    arity: -2,
    group: 'connection',
    summary: 'Authenticates the connection.',
    isAllowedBeforeAuth: true,
    run: runAuth,
  },
  {
    name: 'hello',
    arity: -1,
    group: 'connection',
    summary: 'Handshakes with the server.',
    isAllowedBeforeAuth: true,
    run: runHello,
  },
  {
    name: 'client',
    arity: -2,
    group: 'connection',
    summary: 'Lists the connections and names this one.',
    run: runClient,
  },
];
