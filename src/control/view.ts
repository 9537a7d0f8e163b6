/**
 * The view of a cluster, and the pure fold that keeps it up to date from telemetry. A running
 * cluster, another process and a replayed recording all fold it the same way. The public JSON form
 * is in status.ts.
 */

import { unreachable } from '../base/index.js';
import type { NodeId } from '../raft/index.js';
import { type ClusterEvent, eventsKeptMax, repeatsKeptMax } from './events.js';
import type { HeldEvent } from './held-event.js';
import type { FaultyLink } from './link-fault.js';
import {
  type LinkRate,
  type MessageNote,
  notesKeptMax,
  type TrafficReport,
} from './message-note.js';
import type { NodeReport } from './node-report.js';

export type NodeState = 'starting' | 'running' | 'paused' | 'dead';

/** Everything that can be seen of a cluster. The TUI, `status` and the library all read this. */
export interface ClusterView {
  readonly cluster: string;
  readonly speed: number;
  readonly nodes: readonly NodeView[];
  /** The links that have a fault. */
  readonly links: readonly FaultyLink[];
  /** The latest events, oldest first. */
  readonly events: readonly ClusterEvent[];
  /**
   * The latest messages between the nodes, oldest first. Filled only while an observer is attached.
   */
  readonly notes: readonly MessageNote[];
  /** The message rates of the links that carried any. Filled only while an observer is attached. */
  readonly rates: readonly LinkRate[];
  /** The events that wait while time is stopped, next first. Empty while time runs. */
  readonly held: readonly HeldEvent[];
}

export interface NodeView {
  readonly id: NodeId;
  readonly state: NodeState;
  /** Why the node crashed. Null when it is alive, or was killed or stopped on purpose. */
  readonly error: string | null;
  readonly host: string;
  readonly respPort: number | null;
  readonly raftPort: number | null;
  readonly httpPort: number | null;
  readonly dataDir: string;
  /** The start of this life, in milliseconds since the epoch. Null when the node is dead. */
  readonly startedAtMs: number | null;
  /** The latest report. Null until this life has reported. */
  readonly report: NodeReport | null;
}

/** A change of the view. */
export type Telemetry =
  | { readonly type: 'node'; readonly id: NodeId; readonly change: Partial<Omit<NodeView, 'id'>> }
  | { readonly type: 'nodeAdded'; readonly node: NodeView }
  | { readonly type: 'nodeRemoved'; readonly id: NodeId }
  | { readonly type: 'links'; readonly links: readonly FaultyLink[] }
  | { readonly type: 'speed'; readonly speed: number }
  | { readonly type: 'held'; readonly held: readonly HeldEvent[] }
  | { readonly type: 'traffic'; readonly from: NodeId; readonly report: TrafficReport }
  /** An event. `later` is how many known events happened after it: threads report in any order. */
  | { readonly type: 'event'; readonly event: ClusterEvent; readonly later: number };

/**
 * Returns a copy of the events with room for one more. The oldest of those that repeat makes room
 * first, so that a node which is cut off and asks for votes again and again leaves a history of the
 * others.
 */
function withRoom(events: readonly ClusterEvent[]): ClusterEvent[] {
  if (events.length < eventsKeptMax) return [...events];
  const counts = new Map<string, number>();
  for (const { node, event } of events) {
    const kind = `${node} ${event}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const isRepeated = ({ node, event }: ClusterEvent) =>
    (counts.get(`${node} ${event}`) ?? 0) > repeatsKeptMax;
  const removed = Math.max(0, events.findIndex(isRepeated));
  return events.filter((_, at) => at !== removed);
}

/** Returns the view after a change; the given view is not modified. */
export function foldTelemetry(view: ClusterView, telemetry: Telemetry): ClusterView {
  switch (telemetry.type) {
    case 'event': {
      const events = withRoom(view.events);
      events.splice(Math.max(0, events.length - telemetry.later), 0, telemetry.event);
      return { ...view, events };
    }
    case 'links':
      return { ...view, links: telemetry.links };
    case 'speed':
      return { ...view, speed: telemetry.speed };
    case 'held':
      return { ...view, held: telemetry.held };
    case 'traffic':
      return foldTraffic(view, telemetry.from, telemetry.report);
    case 'nodeAdded':
      return { ...view, nodes: [...view.nodes, telemetry.node].sort(byId) };
    case 'nodeRemoved':
      return { ...view, nodes: view.nodes.filter(({ id }) => id !== telemetry.id) };
    case 'node': {
      const { id, change } = telemetry;
      const nodes = view.nodes.map((node) => (node.id === id ? { ...node, ...change } : node));
      return { ...view, nodes };
    }
    default:
      return unreachable(telemetry);
  }
}

function foldTraffic(
  view: ClusterView,
  from: NodeId,
  { notes, sent, overMs }: TrafficReport,
): ClusterView {
  const others = view.rates.filter((rate) => rate.from !== from);
  const own = sent.map(({ to, count }) => ({
    from,
    to,
    perSecond: Math.round((1000 * count) / overMs),
  }));
  return {
    ...view,
    notes: [...view.notes, ...notes].slice(-notesKeptMax),
    rates: [...others, ...own],
  };
}

function byId(a: NodeView, b: NodeView): number {
  return a.id < b.id ? -1 : 1;
}

/** Returns the running leader of the highest term: a deposed leader may not know that it is. */
export function leaderOf(view: ClusterView): NodeView | null {
  let leader: NodeView | null = null;
  for (const node of view.nodes) {
    if (node.state !== 'running' || node.report?.role !== 'leader') continue;
    if (!leader?.report || node.report.term > leader.report.term) leader = node;
  }
  return leader;
}

/** Returns the highest term of any node. */
export function termOf(view: ClusterView): number {
  return Math.max(0, ...view.nodes.map((node) => node.report?.term ?? 0));
}

/** Returns true when the leader has committed an entry of its term and every member applied it. */
export function isReady(view: ClusterView): boolean {
  return isReadyExcept(view, []);
}

/** Returns true when the cluster is ready apart from the nodes that could not start. */
export function isReadyBesideFailed(view: ClusterView): boolean {
  return isReadyExcept(
    view,
    failedNodes(view).map(({ id }) => id),
  );
}

/** Returns the nodes that are dead for a reason of their own, such as damaged data. */
export function failedNodes({ nodes }: ClusterView): NodeView[] {
  return nodes.filter(({ state, error }) => state === 'dead' && error !== null);
}

function isReadyExcept(view: ClusterView, except: readonly NodeId[]): boolean {
  const leader = leaderOf(view)?.report;
  if (!leader) return false;
  const { term, termStartIndex } = leader;
  const members = [...leader.voters, ...leader.learners].filter((id) => !except.includes(id));
  if (termStartIndex === null || leader.commitIndex < termStartIndex) return false;
  return members.every((member) => {
    const node = view.nodes.find(({ id }) => id === member);
    if (node?.state !== 'running' || node.report?.term !== term) return false;
    return node.report.lastApplied >= termStartIndex;
  });
}
