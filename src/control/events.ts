import { unreachable } from '../base/index.js';
import type { NodeId, RaftEvent } from '../raft/index.js';
import type { DiskFault } from './disk-fault.js';
import { describeDisk } from './disk-intent.js';
import { describeLink, type LinkChange, type LinkFault } from './link-fault.js';

/** What a node tells of itself. */
export type NodeEvent = RaftEvent | { readonly type: 'warned'; readonly reason: string };

/** What happens to a node from outside, and to the cluster as a whole. */
export type LifeEvent =
  | { readonly type: 'started' }
  | { readonly type: 'ready' }
  | { readonly type: 'killed' }
  | { readonly type: 'crashed'; readonly reason: string }
  | { readonly type: 'restarted' }
  | { readonly type: 'removed' }
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }
  | ({ readonly type: 'linkChanged' } & LinkChange)
  | {
      readonly type: 'diskChanged';
      readonly fault: DiskFault['type'];
      readonly delayMs: number;
    }
  | { readonly type: 'speedChanged'; readonly speed: number }
  /** The followers' election timers are to run out together. */
  | { readonly type: 'timersAligned' }
  | { readonly type: 'stopped' };

/**
 * One line of `events --json`: `{"at", "node", "event", ...}`, with the term and whatever else
 * belongs to it. `node` is null where no one node is meant.
 */
export interface ClusterEvent extends Partial<LinkFault> {
  readonly at: string;
  readonly node: NodeId | null;
  readonly event: (LifeEvent | NodeEvent)['type'];
  readonly term?: number;
  readonly leader?: NodeId | null;
  readonly candidate?: NodeId;
  readonly from?: number | NodeId;
  readonly to?: number | NodeId;
  readonly oneWay?: boolean;
  readonly fault?: DiskFault['type'];
  readonly index?: number;
  readonly voters?: readonly NodeId[];
  readonly learners?: readonly NodeId[];
  readonly target?: NodeId;
  readonly reason?: string;
  readonly speed?: number;
}

/** Events that a supervisor keeps for those who come later. */
export const eventsKeptMax = 1000;

export function toClusterEvent(
  at: string,
  node: NodeId | null,
  { type, ...details }: LifeEvent | NodeEvent,
): ClusterEvent {
  return { at, node, event: type, ...details };
}

/** The event in words that teach. */
export function describeEvent(event: ClusterEvent): string {
  const node = event.node ?? 'cluster';
  const term = `term ${event.term}`;
  switch (event.event) {
    case 'started':
      return `${node} starts`;
    case 'ready':
      return 'cluster ready: a leader has committed in its term, and every node has applied it';
    case 'killed':
      return `${node} was killed`;
    case 'crashed':
      return `${node} crashed: ${event.reason}`;
    case 'warned':
      return `${node} warns: ${event.reason}`;
    case 'removed':
      return `${node} has left the cluster; its data stay, for its return`;
    case 'restarted':
      return `${node} was started again`;
    case 'paused':
      return `${node} freezes: no timer, no message, no client is served`;
    case 'resumed':
      return `${node} goes on`;
    case 'linkChanged':
      return describeLink(event);
    case 'diskChanged':
      return `${node}'s disk ${describeDisk(event.fault ?? 'ok', event.delayMs ?? 0)}`;
    case 'speedChanged':
      return describeSpeed(event.speed ?? 1);
    case 'timersAligned':
      return 'the election timers of all followers are to run out together: nobody will win a majority';
    case 'stopped':
      return `${node} stopped`;
    case 'becamePreCandidate':
      return `${node} hears no leader and asks whether it could win (PreVote, ${term})`;
    case 'becameCandidate':
      return `${node} campaigns in ${term}`;
    case 'becameLeader':
      return `${node} won the election of ${term}: it leads`;
    case 'steppedDown':
      return `${node} stepped down from leading in ${term}`;
    case 'becameFollower':
      return event.leader
        ? `${node} follows ${event.leader} in ${term}`
        : `${node} is a follower in ${term} and knows no leader`;
    case 'votedFor':
      return `${node} voted for ${event.candidate} in ${term}: its log is as up to date`;
    case 'truncated':
      return `${node} dropped entries ${event.from} to ${event.to}: the leader's log has others`;
    case 'snapshotTaken':
      return `${node} took a snapshot up to index ${event.index}: the log before it is not needed`;
    case 'snapshotInstalled':
      return `${node} installed ${event.leader}'s snapshot up to index ${event.index}: the log lacked too much`;
    case 'configurationChanged':
      return `${node} uses the configuration of index ${event.index}: ${membersText(event)}`;
    case 'transferStarted':
      return `${node} hands leadership over to ${event.target}`;
    case 'transferFailed':
      return `${node} goes on leading in ${term}: ${event.target} did not take over in time`;
    default:
      return unreachable(event.event);
  }
}

function describeSpeed(speed: number): string {
  if (speed === 0) return 'time stands still: messages and timers wait, and `step` lets one happen';
  return speed === 1 ? 'time passes as it does outside' : `time passes at ${speed} of its speed`;
}

function membersText({ voters = [], learners = [] }: ClusterEvent): string {
  const learnersText = learners.length === 0 ? '' : `, learners ${learners.join(', ')}`;
  return `voters ${voters.join(', ')}${learnersText}`;
}
