/**
 * Finds the command of a request and runs it, or submits it to the replica. The commands of the
 * node itself are in `commands`; those of the state machine are in `kv`.
 */

import { type ByteString, printable } from '../base/index.js';
import { errorReply, findCommand, hasRightArity, type Reply } from '../kv/index.js';
import type { RawRequest } from '../resp/index.js';
import { findServerCommand } from './commands/server-commands.js';
import type { Connection } from './connection.js';
import type { NodeContext } from './node-context.js';
import { PendingCommand } from './pending-command.js';

const notAuthenticated = errorReply('NOAUTH Authentication required.');
const printedCharsMax = 128;

/** Answers a request at once, or reserves its place in the connection and calls `submit`. */
export function dispatch(
  node: NodeContext,
  connection: Connection,
  request: RawRequest,
  submit: (command: PendingCommand) => void,
): void {
  const { client } = connection;
  const [name = '', ...args] = request;
  // A session is for the next command only, even when that is refused.
  const session = client.takeSession();
  const spec = client.isAuthenticated ? findCommand(name) : undefined;
  if (!spec) {
    const reply = runServerCommand(node, connection, name, args);
    if (reply) connection.answer(reply);
    return;
  }
  client.lastCommand = spec.name;
  if (!hasRightArity(spec.arity, args.length)) {
    connection.answer(wrongArity(spec.name));
    return;
  }
  const command = new PendingCommand({ spec, args }, connection, session);
  connection.awaitOutcome(command);
  submit(command);
}

function runServerCommand(
  node: NodeContext,
  connection: Connection,
  name: ByteString,
  args: readonly ByteString[],
): Reply | null {
  const command = findServerCommand(name);
  if (!connection.client.isAuthenticated && !command?.isAllowedBeforeAuth) return notAuthenticated;
  if (!command) return unknownCommand(name, args);
  connection.client.lastCommand = command.name;
  if (!hasRightArity(command.arity, args.length)) return wrongArity(command.name);
  return command.run({ connection, node }, args);
}

function wrongArity(name: string): Reply {
  return errorReply(`ERR wrong number of arguments for '${name}' command`);
}

/** Returns Redis's own text, since clients look for it. */
function unknownCommand(name: ByteString, args: readonly ByteString[]): Reply {
  let shown = '';
  for (const arg of args) {
    if (shown.length >= printedCharsMax) break;
    shown += `\`${printable(arg, printedCharsMax - shown.length)}\`, `;
  }
  const printedName = printable(name, printedCharsMax);
  return errorReply(`ERR unknown command \`${printedName}\`, with args beginning with: ${shown}`);
}
