import type { ErrorData } from '../base/index.js';
import type { AdminCommand, AdminOutcome, NodeId } from '../raft/index.js';
import type { NodeEvent } from './events.js';
import type { FaultyLink } from './link-fault.js';
import type { TrafficReport } from './message-note.js';
import type { NodeReport } from './node-report.js';
import type { Address } from './node-settings.js';
import type { NodeAnswer, NodeQuestion } from './questions.js';
import type { ForcedEvent, StepReport } from './step-report.js';

/** The supervisor to a node's thread. `Port` is a MessagePort, which a pure folder can't name. */
export type ToNode<Port> =
  /** A link of the mesh; it replaces the one to the same peer. */
  | { readonly type: 'link'; readonly peer: NodeId; readonly port: Port }
  /** Where a peer listens: for redirections, and for links over TCP. Null: nowhere. */
  | {
      readonly type: 'peerAddress';
      readonly peer: NodeId;
      readonly resp: Address;
      readonly raft: Address | null;
      readonly http: Address | null;
    }
  /** What is wrong with the links from this node; all others are sound. */
  | { readonly type: 'linkFaults'; readonly links: readonly FaultyLink[] }
  /** Freeze for as long as the pause cell of this life holds one. */
  | { readonly type: 'pause' }
  /** Answered by `adminAnswered` with the same number. */
  | { readonly type: 'admin'; readonly number: number; readonly command: AdminCommand }
  /** Virtual milliseconds in a real one, from now on. At 0 messages and timers wait. */
  | { readonly type: 'speed'; readonly speed: number }
  /** So many virtual milliseconds have passed while time stands still; no timer runs out by it. */
  | { readonly type: 'advance'; readonly ms: number }
  /**
   * While time stands still: this happens, or nothing new. Answered by `stood` with the same number
   * once all that came of it is done here, the write that followed too.
   */
  | { readonly type: 'forceEvent'; readonly number: number; readonly event: ForcedEvent | null }
  /** Answered by `questionAnswered` with the same number. */
  | { readonly type: 'question'; readonly number: number; readonly question: NodeQuestion }
  /** Does anybody watch? Then it tells of its messages and of its election timer too. */
  | { readonly type: 'watch'; readonly isWatched: boolean }
  /** Ends the life; a leader hands over first if it is to. */
  | { readonly type: 'stop'; readonly handsOver: boolean };

/** Where a node listens; null: nowhere. */
export interface NodePorts {
  readonly respPort: number;
  readonly raftPort: number | null;
  readonly httpPort: number | null;
}

/** A node's thread to the supervisor. */
export type FromNode =
  /** The first word of a life: which thread it is. */
  | { readonly type: 'thread'; readonly threadId: number }
  /** It serves clients, and has loaded its log. */
  | ({ readonly type: 'running' } & NodePorts)
  | { readonly type: 'report'; readonly report: NodeReport }
  /** It is about to freeze. */
  | { readonly type: 'paused' }
  /** It has thawed. */
  | { readonly type: 'resumed' }
  /** `atMs` is on a clock that all threads share. */
  | { readonly type: 'events'; readonly events: readonly NodeEvent[]; readonly atMs: number }
  | { readonly type: 'adminAnswered'; readonly number: number; readonly outcome: AdminOutcome }
  | { readonly type: 'stepReport'; readonly number: number; readonly report: StepReport }
  | { readonly type: 'questionAnswered'; readonly number: number; readonly answer: NodeAnswer }
  /** Only while somebody watches. */
  | { readonly type: 'traffic'; readonly report: TrafficReport }
  /** Of its log, oldest first. */
  | { readonly type: 'lines'; readonly lines: readonly string[] }
  /** The last word of a life that ends by itself; `error` is null after `stop`. */
  | { readonly type: 'ended'; readonly error: ErrorData | null };
