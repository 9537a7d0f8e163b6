/**
 * The messages between the supervisor (cluster/node-life.ts) and a node's thread (node/worker.ts).
 * Raft's own messages are in raft/messages.ts.
 */

import type { ErrorData } from '../base/index.js';
import type { AdminCommand, AdminOutcome, NodeId } from '../raft/index.js';
import type { NodeEvent } from './events.js';
import type { FaultyLink } from './link-fault.js';
import type { TrafficReport } from './message-note.js';
import type { NodeReport } from './node-report.js';
import type { Address } from './node-settings.js';
import type { NodeAnswer, NodeQuestion } from './questions.js';
import type { ForcedEvent, StepReport } from './step-report.js';

/**
 * A message from the supervisor to a node's thread. `Port` is MessagePort, unknown to pure code.
 */
export type ToNode<Port> =
  /** A link of the mesh. It replaces the previous link to the same peer. */
  | { readonly type: 'link'; readonly peer: NodeId; readonly port: Port }
  /** The addresses of a peer, for redirections and for links over TCP. Null when it has none. */
  | {
      readonly type: 'peerAddress';
      readonly peer: NodeId;
      readonly resp: Address;
      readonly raft: Address | null;
      readonly http: Address | null;
    }
  /** The faults of the links from this node; links that are not listed are healthy. */
  | { readonly type: 'linkFaults'; readonly links: readonly FaultyLink[] }
  /** Blocks the thread for as long as the pause cell of this life holds 1. */
  | { readonly type: 'pause' }
  /** Submits an admin command; `adminAnswered` with the same number is the answer. */
  | { readonly type: 'admin'; readonly number: number; readonly command: AdminCommand }
  /** The cluster's clock has another speed now: timers must be set anew, held messages may go. */
  | { readonly type: 'clockChanged' }
  /**
   * Forces an event while time is stopped, or only asks for a report when `event` is null.
   * `stepReport` with the same number is the answer. It comes once this node has finished all that
   * follows from the event, including its disk write.
   */
  | { readonly type: 'forceEvent'; readonly number: number; readonly event: ForcedEvent | null }
  /** Asks a question; `questionAnswered` with the same number is the answer. */
  | { readonly type: 'question'; readonly number: number; readonly question: NodeQuestion }
  /** While watched, the node also reports its messages and its election timer. */
  | { readonly type: 'watch'; readonly isWatched: boolean }
  /** Ends the life gracefully. With `handsOver`, a leader transfers its leadership first. */
  | { readonly type: 'stop'; readonly handsOver: boolean };

/** The ports on which a node listens. Null when it does not offer that protocol. */
export interface NodePorts {
  readonly respPort: number;
  readonly raftPort: number | null;
  readonly httpPort: number | null;
}

/** A message from a node's thread to the supervisor. */
export type FromNode =
  /** The first message of a life. It names the thread that runs it. */
  | { readonly type: 'thread'; readonly threadId: number }
  /** The node has loaded its log and serves clients. */
  | ({ readonly type: 'running' } & NodePorts)
  | { readonly type: 'report'; readonly report: NodeReport }
  /** The node is about to block its thread. */
  | { readonly type: 'paused' }
  /** The node's thread runs again. */
  | { readonly type: 'resumed' }
  /** `atMs` is `performance.timeOrigin + performance.now()`, which all threads share. */
  | { readonly type: 'events'; readonly events: readonly NodeEvent[]; readonly atMs: number }
  | { readonly type: 'adminAnswered'; readonly number: number; readonly outcome: AdminOutcome }
  | { readonly type: 'stepReport'; readonly number: number; readonly report: StepReport }
  | { readonly type: 'questionAnswered'; readonly number: number; readonly answer: NodeAnswer }
  /** Sent only while the node is watched. */
  | { readonly type: 'traffic'; readonly report: TrafficReport }
  /** New lines of the node's log, oldest first. */
  | { readonly type: 'lines'; readonly lines: readonly string[] }
  /** The last message of a life that is not killed. `error` is null after `stop`. */
  | { readonly type: 'ended'; readonly error: ErrorData | null };
