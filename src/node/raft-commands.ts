import { type ByteString, printable } from '../base/bytes.js';
import type { FollowerMode } from '../control/index.js';
import {
  array,
  bulk,
  decodeCommand,
  error,
  integer,
  map,
  nullReply,
  okReply,
  type Reply,
  syntaxErrorReply,
} from '../kv/index.js';
import type { Entry, LogIndex } from '../raft/index.js';
import type { ReadMode } from '../replica/index.js';
import { knownLeader } from './node-context.js';
import { hostAndPort } from './outcome-reply.js';
import type { CommandContext, ServerCommand } from './server-command.js';

/** Entries in one answer of RAFT LOG, and without a range the latest so many. */
const logEntriesMax = 1000;
const logEntriesDefault = 20;
/** Bytes of a command's argument that are shown. */
const argumentCharsMax = 64;

type Subcommand = (context: CommandContext, args: readonly ByteString[]) => Reply;

const subcommands: ReadonlyMap<string, Subcommand> = new Map([
  ['leader', showLeader],
  ['status', showStatus],
  ['log', showLog],
  ['reads', setReads],
  ['follower', setFollower],
  ['help', showHelp],
]);

function showLeader({ node }: CommandContext): Reply {
  const leader = knownLeader(node);
  return leader ? array([bulk(leader.id), bulk(hostAndPort(leader.address))]) : nullReply;
}

function showStatus({ node }: CommandContext): Reply {
  const { raft } = node.replica;
  return map([
    [bulk('id'), bulk(raft.id)],
    [bulk('role'), bulk(raft.role)],
    [bulk('term'), integer(raft.currentTerm)],
    [bulk('votedFor'), raft.votedFor === null ? nullReply : bulk(raft.votedFor)],
    [bulk('leader'), raft.leaderId === null ? nullReply : bulk(raft.leaderId)],
    [bulk('lastLogIndex'), integer(raft.log.lastIndex)],
    [bulk('lastLogTerm'), integer(raft.log.lastTerm)],
    [bulk('commitIndex'), integer(raft.commitIndex)],
    [bulk('lastApplied'), integer(raft.lastApplied)],
    [bulk('snapshotIndex'), integer(raft.log.base.index)],
    [bulk('voters'), array(raft.configuration.voters.map(bulk))],
    [bulk('peers'), array([...(raft.leadership?.progress ?? [])].map(showPeer))],
  ]);
}

function showPeer([id, { mode, nextIndex, matchIndex }]: readonly [
  string,
  { readonly mode: string; readonly nextIndex: number; readonly matchIndex: number },
]): Reply {
  return map([
    [bulk('id'), bulk(id)],
    [bulk('mode'), bulk(mode)],
    [bulk('nextIndex'), integer(nextIndex)],
    [bulk('matchIndex'), integer(matchIndex)],
  ]);
}

/** RAFT LOG [from to]: entries as index, term, command, state. */
function showLog({ node }: CommandContext, args: readonly ByteString[]): Reply {
  const { raft } = node.replica;
  const { firstIndex, lastIndex } = raft.log;
  const [from, to] =
    args.length === 0 ? [lastIndex - logEntriesDefault + 1, lastIndex] : args.map(Number);
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return syntaxErrorReply;
  const start = Math.max(firstIndex, from as number) as LogIndex;
  const end = Math.min(lastIndex, to as number, start + logEntriesMax - 1) as LogIndex;
  if (end < start) return array([]);
  const entries = raft.log.slice(start, end, Number.POSITIVE_INFINITY);
  return array(
    entries.map((entry) =>
      array([
        integer(entry.index),
        integer(entry.term),
        bulk(describeEntry(entry)),
        bulk(stateOf(entry.index, raft.lastApplied, raft.commitIndex)),
      ]),
    ),
  );
}

function describeEntry({ kind, data }: Entry): string {
  if (kind === 'noop') return 'no-op';
  const { spec, args } = decodeCommand(data);
  return [spec.name.toUpperCase(), ...args.map((arg) => printable(arg, argumentCharsMax))].join(
    ' ',
  );
}

function stateOf(index: LogIndex, lastApplied: LogIndex, commitIndex: LogIndex): string {
  if (index <= lastApplied) return 'applied';
  return index <= commitIndex ? 'committed' : 'uncommitted';
}

const readModes: readonly ReadMode[] = ['linearizable', 'lease', 'local'];

/** RAFT READS mode: for this connection. */
function setReads({ connection }: CommandContext, [word = '']: readonly ByteString[]): Reply {
  const mode = readModes.find((known) => known === word.toLowerCase());
  if (!mode) return error(`ERR RAFT READS takes one of ${readModes.join(', ')}`);
  connection.readMode = mode;
  return okReply;
}

const followerModes: readonly FollowerMode[] = ['error', 'moved', 'proxy'];

/** RAFT FOLLOWER mode: for this connection. */
function setFollower({ connection }: CommandContext, [word = '']: readonly ByteString[]): Reply {
  const mode = followerModes.find((known) => known === word.toLowerCase());
  if (!mode) return error(`ERR RAFT FOLLOWER takes one of ${followerModes.join(', ')}`);
  connection.followerMode = mode;
  return okReply;
}

function showHelp(): Reply {
  return array(
    [
      'RAFT LEADER -- the id of the leader and where it serves clients, or null',
      'RAFT STATUS -- role, term, vote and indexes of this node',
      'RAFT LOG [from to] -- entries: index, term, command, applied|committed|uncommitted',
      'RAFT READS linearizable|lease|local -- how reads of this connection are kept fresh',
      'RAFT FOLLOWER error|moved|proxy -- what this connection gets where the leader is elsewhere',
      'RAFT HELP -- this text',
    ].map((text) => ({ type: 'simple', text })),
  );
}

export const raftCommands: readonly ServerCommand[] = [
  {
    name: 'raft',
    arity: -2,
    group: 'raft',
    summary: 'Shows and steers Raft on this node; see RAFT HELP.',
    run: (context, [name = '', ...args]) => {
      const subcommand = subcommands.get(name.toLowerCase());
      if (subcommand) return subcommand(context, args);
      return error(`ERR unknown subcommand '${name}'. Try RAFT HELP.`);
    },
  },
];
