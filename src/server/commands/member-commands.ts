/**
 * JOIN and LEAVE, which any node accepts, and RAFT JOIN and RAFT LEAVE, which only the leader does.
 */

import type { ByteString } from '../../base/index.js';
import { formatAddress, isValidName, isWildcard, parseAddress } from '../../control/index.js';
import { errorReply, type Reply } from '../../kv/index.js';
import { type AdminCommand, nodeId } from '../../raft/index.js';
import { replyToAdmin, submitAdminCommand } from '../admin-reply.js';
import type { NodeContext } from '../node-context.js';
import { PendingReply } from '../pending-command.js';
import type { CommandContext, ServerCommand } from './server-command.js';

type Run = (context: CommandContext, args: readonly ByteString[]) => Reply | null;

/** Returns the admin command of a request, or the error text of an invalid request. */
type ParseAdminCommand = (node: NodeContext, args: readonly ByteString[]) => AdminCommand | string;

const invalidId = 'ERR a node id is 1 to 64 letters, digits, - and _';

/** JOIN raftAddr id: adds a voter, or changes the address of a member. */
function joinCommand({ replica }: NodeContext, [text = '', id = '']: readonly ByteString[]) {
  const { voters, addresses } = replica.raftState.configuration;
  const address = parseAddress(text);
  if (!address) return 'ERR the Raft address must be host:port, or :port on this machine';
  if (isWildcard(address)) {
    return `ERR ${address.host} is no address at which peers reach a node; give one of its own`;
  }
  if (!isValidName(id)) return invalidId;
  if (voters.length > 0 && !addresses) {
    return 'ERR only the supervisor adds nodes to this cluster; use `leto-cluster add`';
  }
  return { type: 'addVoter', id: nodeId(id), address: formatAddress(address) } as const;
}

/** LEAVE id: removes a member. */
function leaveCommand(_node: NodeContext, [id = '']: readonly ByteString[]) {
  if (!isValidName(id)) return invalidId;
  return { type: 'remove', id: nodeId(id) } as const;
}

/** Returns a command that any node accepts; a follower forwards it to the leader. */
function onAnyNode(name: string, parse: ParseAdminCommand): Run {
  return ({ connection, node }, args) => {
    const command = parse(node, args);
    if (typeof command === 'string') return errorReply(command);
    const slot = new PendingReply(connection);
    const settle = (reply: Reply) => slot.settle(reply);
    const words = ['raft', name, ...args];
    node.admin({
      command,
      settle: (outcome) => {
        if (outcome.type !== 'notLeader') settle(replyToAdmin(outcome, node));
        else connection.routes.forwardAdmin({ words, isRepeatable: true, session: null, settle });
      },
    });
    return null;
  };
}

/** Returns a command that is never forwarded, so that it cannot go round in circles. */
function onLeader(parse: ParseAdminCommand): Run {
  return ({ connection, node }, args) => {
    const command = parse(node, args);
    return typeof command === 'string'
      ? errorReply(command)
      : submitAdminCommand(connection, node, command);
  };
}

/** The subcommands RAFT JOIN and RAFT LEAVE. */
export const memberSubcommands: readonly (readonly [name: string, run: Run])[] = [
  ['join', onLeader(joinCommand)],
  ['leave', onLeader(leaveCommand)],
];

export const memberCommands: readonly ServerCommand[] = [
  {
    name: 'join',
    arity: 3,
    group: 'raft',
    summary: 'Adds the node with this Raft address and id to the members, once it has caught up.',
    run: onAnyNode('join', joinCommand),
  },
  {
    name: 'leave',
    arity: 2,
    group: 'raft',
    summary: 'Removes the node with this id from the members.',
    run: onAnyNode('leave', leaveCommand),
  },
];
