/** RAFT and its subcommands, and SNAPSHOT. JOIN and LEAVE are in member-commands.ts. */

import type { ByteString } from '../../base/index.js';
import { type FollowerMode, formatAddress } from '../../control/index.js';
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
import { type LogIndex, nodeId, type ReadMode } from '../../raft/index.js';
import { submitAdminCommand } from '../admin-reply.js';
import { describeEntry, entriesBetween } from '../log-lines.js';
import { knownLeader } from '../node-context.js';
import { hostAndPort } from '../redirection.js';
import { memberCommands, memberSubcommands } from './member-commands.js';
import type { CommandContext, ServerCommand } from './server-command.js';

/** How many entries one answer of RAFT LOG holds at most. */
const logEntriesMax = 1000;
/** How many of the latest entries RAFT LOG shows without a range. */
const logEntriesDefault = 20;

type Subcommand = (context: CommandContext, args: readonly ByteString[]) => Reply | null;

const subcommands: ReadonlyMap<string, Subcommand> = new Map<string, Subcommand>([
  ['leader', showLeader],
  ['status', showStatus],
  ['log', showLog],
  ['reads', setReads],
  ['follower', setFollower],
  ['session', setSession],
  ['transfer', transfer],
  ...memberSubcommands,
  ['help', showHelp],
]);

function showLeader({ node }: CommandContext): Reply {
  const leader = knownLeader(node);
  return leader
    ? arrayReply([bulkReply(leader.id), bulkReply(hostAndPort(leader.address))])
    : nullReply;
}

function showStatus({ node }: CommandContext): Reply {
  const { raftState: raft } = node.replica;
  return mapReply([
    [bulkReply('id'), bulkReply(raft.id)],
    [bulkReply('role'), bulkReply(raft.role)],
    [bulkReply('term'), integerReply(raft.currentTerm)],
    [bulkReply('votedFor'), raft.votedFor === null ? nullReply : bulkReply(raft.votedFor)],
    [bulkReply('leader'), raft.leaderId === null ? nullReply : bulkReply(raft.leaderId)],
    [bulkReply('lastLogIndex'), integerReply(raft.log.lastIndex)],
    [bulkReply('lastLogTerm'), integerReply(raft.log.lastTerm)],
    [bulkReply('commitIndex'), integerReply(raft.commitIndex)],
    [bulkReply('lastApplied'), integerReply(raft.lastApplied)],
    [bulkReply('snapshotIndex'), integerReply(raft.snapshot.index)],
    [bulkReply('voters'), arrayReply(raft.configuration.voters.map(bulkReply))],
    [bulkReply('learners'), arrayReply(raft.configuration.learners.map(bulkReply))],
    ...showClusterIdAndAddresses(node),
    [bulkReply('peers'), arrayReply([...(raft.leadership?.progress ?? [])].map(showPeer))],
  ]);
}

/**
 * Shows the clusterId only when the configuration holds addresses: nodes join such a cluster by
 * JOIN, and a joining node learns the clusterId from the leader anyway. In other clusters it stays
 * hidden, since it admits peers to the Raft port. `addresses` are those of the configuration in
 * force, `raftAddress` is where this node is now.
 */
function showClusterIdAndAddresses({
  replica,
  settings,
}: CommandContext['node']): [Reply, Reply][] {
  const { addresses } = replica.raftState.configuration;
  if (!addresses) return [];
  const { clusterId, advertised } = settings;
  const own = advertised ? bulkReply(formatAddress(advertised.raft)) : nullReply;
  const all = Object.entries(addresses).map(
    ([id, address]) => [bulkReply(id), bulkReply(address)] as const,
  );
  return [
    [bulkReply('clusterId'), bulkReply(clusterId)],
    [bulkReply('raftAddress'), own],
    [bulkReply('addresses'), mapReply(all)],
  ];
}

function showPeer([id, { mode, nextIndex, matchIndex }]: readonly [
  string,
  { readonly mode: string; readonly nextIndex: number; readonly matchIndex: number },
]): Reply {
  return mapReply([
    [bulkReply('id'), bulkReply(id)],
    [bulkReply('mode'), bulkReply(mode)],
    [bulkReply('nextIndex'), integerReply(nextIndex)],
    [bulkReply('matchIndex'), integerReply(matchIndex)],
  ]);
}

/** RAFT LOG [from to]: returns entries as index, term, command, state. */
function showLog({ node }: CommandContext, args: readonly ByteString[]): Reply {
  const { raftState: raft } = node.replica;
  const { lastIndex } = raft.log;
  const [from, to] =
    args.length === 0 ? [lastIndex - logEntriesDefault + 1, lastIndex] : args.map(Number);
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return syntaxErrorReply;
  return arrayReply(
    entriesBetween(raft, from as number, to as number, logEntriesMax).map((entry) =>
      arrayReply([
        integerReply(entry.index),
        integerReply(entry.term),
        bulkReply(describeEntry(entry)),
        bulkReply(stateOf(entry.index, raft.lastApplied, raft.commitIndex)),
      ]),
    ),
  );
}

function stateOf(index: LogIndex, lastApplied: LogIndex, commitIndex: LogIndex): string {
  if (index <= lastApplied) return 'applied';
  return index <= commitIndex ? 'committed' : 'uncommitted';
}

const readModes: readonly ReadMode[] = ['linearizable', 'lease', 'local'];

/** RAFT READS mode: sets the read mode of this connection. */
function setReads({ connection }: CommandContext, [word = '']: readonly ByteString[]): Reply {
  const mode = readModes.find((known) => known === word.toLowerCase());
  if (!mode) return errorReply(`ERR RAFT READS takes one of ${readModes.join(', ')}`);
  connection.client.readMode = mode;
  return okReply;
}

const followerModes: readonly FollowerMode[] = ['error', 'moved', 'proxy'];

/** RAFT FOLLOWER mode: sets the follower mode of this connection. */
function setFollower({ connection }: CommandContext, [word = '']: readonly ByteString[]): Reply {
  const mode = followerModes.find((known) => known === word.toLowerCase());
  if (!mode) return errorReply(`ERR RAFT FOLLOWER takes one of ${followerModes.join(', ')}`);
  connection.client.followerMode = mode;
  return okReply;
}

const serialPattern = /^[0-9]{1,15}$/;
const sessionIdBytesMax = 256;

/** RAFT SESSION id serial: makes the next command of this connection, if a write, exactly-once. */
function setSession({ connection }: CommandContext, args: readonly ByteString[]): Reply {
  const [id = '', serial = ''] = args;
  const isValid = args.length === 2 && id !== '' && serialPattern.test(serial);
  if (!isValid || id.length > sessionIdBytesMax) {
    return errorReply(
      'ERR RAFT SESSION takes an id and a serial number that increases with each command',
    );
  }
  connection.client.session = { id, serial: Number(serial) };
  return okReply;
}

/** RAFT TRANSFER id: transfers leadership; only the leader accepts it. */
function transfer({ connection, node }: CommandContext, args: readonly ByteString[]): null {
  const [target = ''] = args;
  return submitAdminCommand(connection, node, { type: 'transfer', target: nodeId(target) });
}

function showHelp(): Reply {
  return arrayReply(
    [
      'RAFT LEADER -- Shows the id and the client address of the leader, or null.',
      'RAFT STATUS -- Shows role, term, vote and indexes of this node, and the members it knows.',
      'RAFT LOG [from to] -- Lists entries: index, term, command, applied|committed|uncommitted.',
      'RAFT READS linearizable|lease|local -- Sets the consistency of reads on this connection.',
      'RAFT FOLLOWER error|moved|proxy -- Sets how a follower answers what needs the leader.',
      'RAFT SESSION id serial -- Runs the next command once, however often it is sent.',
      'RAFT TRANSFER id -- Transfers leadership to that node. Send it to the leader.',
      'RAFT JOIN raftAddr id -- Same as JOIN, but only the leader accepts it.',
      'RAFT LEAVE id -- Same as LEAVE, but only the leader accepts it.',
      'RAFT HELP -- Shows this text.',
    ].map((text) => ({ type: 'simple', text })),
  );
}

export const raftCommands: readonly ServerCommand[] = [
  ...memberCommands,
  {
    name: 'snapshot',
    arity: 1,
    group: 'raft',
    summary: 'Writes a snapshot of all keys on this node and compacts its log.',
    run: ({ connection, node }) => submitAdminCommand(connection, node, { type: 'snapshot' }),
  },
  {
    name: 'raft',
    arity: -2,
    group: 'raft',
    summary: 'Shows and controls Raft on this node; see RAFT HELP.',
    run: (context, [name = '', ...args]) => {
      const subcommand = subcommands.get(name.toLowerCase());
      if (subcommand) return subcommand(context, args);
      return errorReply(`ERR unknown subcommand '${name}'. Try RAFT HELP.`);
    },
  },
];
