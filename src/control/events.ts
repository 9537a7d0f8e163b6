/**
 * The events that a cluster reports, their form on the outside (`events --json`), and the sentence
 * that describes each one. Raft's own events are defined in raft/events.ts.
 */

import { unreachable } from '../base/index.js';
import type { NodeId, RaftEvent } from '../raft/index.js';
import type { DiskFault } from './disk-fault.js';
import { describeDisk } from './disk-intent.js';
import { describeLink, type LinkChange, type LinkFault } from './link-fault.js';

/** An event that a node reports about itself. */
export type NodeEvent = RaftEvent | { readonly type: 'warned'; readonly reason: string };

/** An event that happens to a node from outside, or to the cluster as a whole. */
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
  /** The election timers of all followers will expire together, now or when the leader is lost. */
  | { readonly type: 'timersAligned' }
  | { readonly type: 'stopped' };

/**
 * One line of `events --json`: `{"at", "node", "event", ...}`, with the fields of its type.
 * `at` is an ISO time. `node` is null when the event concerns no single node.
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

/** The number of events that a view keeps. */
export const eventsKeptMax = 1000;

/** The number of events of one kind at one node that keep their places when room is needed. */
export const repeatsKeptMax = 100;

/** Flattens an event into the form of `events --json`. `at` is an ISO time. */
export function toClusterEvent(
  at: string,
  node: NodeId | null,
  { type, ...details }: LifeEvent | NodeEvent,
): ClusterEvent {
  return { at, node, event: type, ...details };
}

/** Returns a sentence that says what happened and, where a Raft rule is behind it, why. */
export function describeEvent(event: ClusterEvent): string {
  const node = event.node ?? 'cluster';
  const term = `term ${event.term}`;
  switch (event.event) {
    case 'started':
      return `${node} started`;
    case 'ready':
      return "cluster ready: every node has applied the leader's first entry";
    case 'killed':
      return `${node} was killed`;
    case 'crashed':
      return `${node} crashed: ${event.reason}`;
    case 'warned':
      return `${node} warns: ${event.reason}`;
    case 'removed':
      return `${node} was removed from the cluster; its data stays on disk, so it can rejoin`;
    case 'restarted':
      return `${node} restarted`;
    case 'paused':
      return `${node} is paused: it runs no timers, handles no messages and serves no clients`;
    case 'resumed':
      return `${node} resumed`;
    case 'linkChanged':
      return describeLink(event);
    case 'diskChanged':
      return `${node}'s disk ${describeDisk(event.fault ?? 'ok', event.delayMs ?? 0)}`;
    case 'speedChanged':
      return describeSpeed(event.speed ?? 1);
    case 'timersAligned':
      return 'the election timers of all followers will expire together, to split the vote: no candidate gets a majority';
    case 'stopped':
      return `${node} stopped`;
    case 'becamePreCandidate':
      return `${node} hears from no leader and asks if it could win (PreVote, ${term})`;
    case 'becameCandidate':
      return `${node} is a candidate in ${term} and votes for itself`;
    case 'becameLeader':
      return `${node} won the election of ${term}: a majority voted for it, so it leads`;
    case 'steppedDown':
      return `${node} stepped down as leader of ${term}`;
    case 'becameFollower':
      return event.leader
        ? `${node} follows ${event.leader} in ${term}`
        : `${node} is a follower in ${term} and knows no leader yet`;
    case 'votedFor':
      return `${node} voted for ${event.candidate} in ${term}: ${event.candidate}'s log is at least as up to date`;
    case 'truncated':
      return `${node} dropped entries ${event.from} to ${event.to}: they conflict with the leader's log`;
    case 'snapshotTaken':
      return `${node} took a snapshot of its state at index ${event.index}: the log up to there is no longer needed`;
    case 'snapshotInstalled':
      return `${node} installed ${event.leader}'s snapshot up to index ${event.index}: ${event.leader} no longer has the entries that ${node} missed`;
    case 'configurationChanged':
      return `${node} now uses the configuration at log index ${event.index}: ${membersText(event)}`;
    case 'transferStarted':
      return `${node} starts transferring leadership to ${event.target}`;
    case 'transferFailed':
      return `${node} remains the leader of ${term}: ${event.target} did not take over in time`;
    default:
      return unreachable(event.event);
  }
}

function describeSpeed(speed: number): string {
  if (speed === 0) return 'time is stopped: messages and timers wait until `step` releases one';
  return speed === 1 ? 'time runs at normal speed' : `time runs at ${speed}x`;
}

function membersText({ voters = [], learners = [] }: ClusterEvent): string {
  const learnersText = learners.length === 0 ? '' : `; learners ${learners.join(', ')}`;
  return `voters ${voters.join(', ')}${learnersText}`;
}
