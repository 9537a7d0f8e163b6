import type { ByteString } from '../../base/index.js';
import { formatAddress, isValidName, parseAddress } from '../../control/index.js';
import { errorReply, type Reply } from '../../kv/index.js';
import { nodeId, type Order } from '../../raft/index.js';
import type { NodeContext } from '../node-context.js';
import { replyToOrder, submitOrder } from '../order-reply.js';
import { PendingReply } from '../pending-command.js';
import type { CommandContext, ServerCommand } from './server-command.js';

type Run = (context: CommandContext, args: readonly ByteString[]) => Reply | null;

/** The order that a client gives, or why it is none. */
type OrderOf = (node: NodeContext, args: readonly ByteString[]) => Order | string;

/** JOIN raftAddr id: a member that has moved is found at its new address. */
function joinOrder({ replica }: NodeContext, [text = '', id = '']: readonly ByteString[]) {
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
function leaveOrder(_node: NodeContext, [id = '']: readonly ByteString[]) {
  return { type: 'remove', id: nodeId(id) } as const;
}

/** Who does not lead passes it to the leader. */
function onAnyNode(name: string, toOrder: OrderOf): Run {
  return ({ connection, node }, args) => {
    const order = toOrder(node, args);
    if (typeof order === 'string') return errorReply(order);
    const slot = new PendingReply(connection);
    const settle = (reply: Reply) => slot.settle(reply);
    const words = ['raft', name, ...args];
    node.order({
      order,
      settle: (outcome) => {
        if (outcome.type !== 'notLeader') settle(replyToOrder(outcome, node));
        else connection.routes.forwardOrder({ words, isRepeatable: true, session: null, settle });
      },
    });
    return null;
  };
}

/** It is not passed on, so nothing goes round in circles. */
function onLeader(toOrder: OrderOf): Run {
  return ({ connection, node }, args) => {
    const order = toOrder(node, args);
    return typeof order === 'string' ? errorReply(order) : submitOrder(connection, node, order);
  };
}

/** As subcommands of RAFT. */
export const memberSubcommands: readonly (readonly [name: string, run: Run])[] = [
  ['join', onLeader(joinOrder)],
  ['leave', onLeader(leaveOrder)],
];

export const memberCommands: readonly ServerCommand[] = [
  {
    name: 'join',
    arity: 3,
    group: 'raft',
    summary: 'Makes the node with this Raft address and id a member, once it has caught up.',
    run: onAnyNode('join', joinOrder),
  },
  {
    name: 'leave',
    arity: 2,
    group: 'raft',
    summary: 'Removes the node with this id from the members.',
    run: onAnyNode('leave', leaveOrder),
  },
];
