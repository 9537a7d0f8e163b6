import type { ByteString } from '../../base/index.js';
import { formatAddress, isValidName, parseAddress } from '../../control/index.js';
import { errorReply, type Reply } from '../../kv/index.js';
import { type AdminCommand, nodeId } from '../../raft/index.js';
import { replyToAdmin, submitAdminCommand } from '../admin-reply.js';
import type { NodeContext } from '../node-context.js';
import { PendingReply } from '../pending-command.js';
import type { CommandContext, ServerCommand } from './server-command.js';

type Run = (context: CommandContext, args: readonly ByteString[]) => Reply | null;

/** The order that a client gives, or why it is none. */
type AdminCommandOf = (node: NodeContext, args: readonly ByteString[]) => AdminCommand | string;

/** JOIN raftAddr id: a member that has moved is found at its new address. */
function joinCommand({ replica }: NodeContext, [text = '', id = '']: readonly ByteString[]) {
  const { voters, addresses } = replica.raftState.configuration;
  const address = parseAddress(text);
  if (!address) return 'ERR the Raft address must be host:port, or :port on this machine';
  if (!isValidName(id)) return 'ERR the id of a node is 1 to 64 letters, digits, - and _';
  if (voters.length > 0 && !addresses) {
    return 'ERR the supervisor of this cluster adds its nodes: use `leto-cluster add`';
  }
  return { type: 'addVoter', id: nodeId(id), address: formatAddress(address) } as const;
}

/** LEAVE id */
function leaveCommand(_node: NodeContext, [id = '']: readonly ByteString[]) {
  return { type: 'remove', id: nodeId(id) } as const;
}

/** Who does not lead passes it to the leader. */
function onAnyNode(name: string, toAdminCommand: AdminCommandOf): Run {
  return ({ connection, node }, args) => {
    const command = toAdminCommand(node, args);
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

/** It is not passed on, so nothing goes round in circles. */
function onLeader(toAdminCommand: AdminCommandOf): Run {
  return ({ connection, node }, args) => {
    const command = toAdminCommand(node, args);
    return typeof command === 'string'
      ? errorReply(command)
      : submitAdminCommand(connection, node, command);
  };
}

/** As subcommands of RAFT. */
export const memberSubcommands: readonly (readonly [name: string, run: Run])[] = [
  ['join', onLeader(joinCommand)],
  ['leave', onLeader(leaveCommand)],
];

export const memberCommands: readonly ServerCommand[] = [
  {
    name: 'join',
    arity: 3,
    group: 'raft',
    summary: 'Makes the node with this Raft address and id a member, once it has caught up.',
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
