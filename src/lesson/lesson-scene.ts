/**
 * The state of a cluster and a lesson at one moment, and the questions that the checks of steps ask
 * about it. The functions are pure; run-lesson.ts collects the scenes.
 */

import {
  type ClusterView,
  type LogEntryView,
  leaderOf,
  type NodeId,
  type NodeReport,
  type NodeView,
} from '../control/index.js';

/** Everything that a check may look at. */
export interface LessonScene {
  readonly view: ClusterView;
  /** The log and the values of each running node, as that node itself reports them. */
  readonly contents: ReadonlyMap<string, NodeContents>;
  /** The last reply to each command action of this step, as redis-cli shows it. */
  readonly replies: readonly string[];
  /** What earlier steps asked to remember. */
  readonly memory: Readonly<Record<string, string>>;
}

export interface NodeContents {
  readonly entries: readonly LogEntryView[];
  readonly values: Readonly<Record<string, string>>;
}

/** A running node with its latest report. */
interface ReportingNode extends NodeView {
  readonly report: NodeReport;
}

export function runningIn({ view }: LessonScene): readonly ReportingNode[] {
  return view.nodes.filter(
    (node): node is ReportingNode => node.state === 'running' && !!node.report,
  );
}

export function nodeIn({ view }: LessonScene, id: string | undefined): NodeView | undefined {
  return view.nodes.find((node) => node.id === id);
}

/** Returns the running leader of the highest term: an older one may not know of its successor. */
export function leaderIn(scene: LessonScene): ReportingNode | null {
  const leader = leaderOf(scene.view);
  return runningIn(scene).find(({ id }) => id === leader?.id) ?? null;
}

/** The running followers, in the order of the view. */
export function followersIn(scene: LessonScene): readonly ReportingNode[] {
  return runningIn(scene).filter(({ report }) => report.role === 'follower');
}

/** Returns the node whose links to all other nodes are cut both ways. */
export function isolatedIn({ view }: LessonScene): NodeId | null {
  const { nodes, links } = view;
  const isCut = (from: NodeId, to: NodeId) =>
    links.some((link) => link.from === from && link.to === to && link.cut);
  const isAlone = ({ id }: NodeView) =>
    nodes.every((other) => other.id === id || (isCut(id, other.id) && isCut(other.id, id)));
  return nodes.find(isAlone)?.id ?? null;
}

/** Returns the latest entry with that command in the node's log. */
export function entryOf(scene: LessonScene, id: string, command: string): LogEntryView | undefined {
  return scene.contents.get(id)?.entries.findLast((entry) => entry.command === command);
}

/** Returns the running nodes whose logs hold the command. */
export function holdersOf(scene: LessonScene, command: string): readonly NodeId[] {
  return runningIn(scene).flatMap(({ id }) => (entryOf(scene, id, command) ? [id] : []));
}

/** Returns the entry once the leader knows that it is committed. */
export function committedIn(scene: LessonScene, command: string): LogEntryView | null {
  const leader = leaderIn(scene);
  const entry = leader ? entryOf(scene, leader.id, command) : undefined;
  return entry?.committed ? entry : null;
}

/** Returns the entry once all nodes run, follow one leader and have applied it. */
export function appliedByAll(scene: LessonScene, command: string): LogEntryView | null {
  const entry = committedIn(scene, command);
  const isSame = ({ id }: NodeView) => {
    const own = entryOf(scene, id, command);
    return own?.applied && own.index === entry?.index && own.term === entry.term;
  };
  return entry && allFollowLeader(scene) && scene.view.nodes.every(isSame) ? entry : null;
}

/** True when all nodes run, and follow one leader in its term. */
export function allFollowLeader(scene: LessonScene): boolean {
  const leader = leaderIn(scene);
  const running = runningIn(scene);
  const isLed = ({ report }: ReportingNode) =>
    report.leader === leader?.id && report.term === leader.report.term;
  return leader !== null && running.length === scene.view.nodes.length && running.every(isLed);
}

/** Joins names for a sentence: `n1, n2 and n3`. */
export function joinNames(names: readonly string[]): string {
  const last = names.at(-1) ?? 'none';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Describes an entry: `SET a 1 at index 3 in term 1`. */
export function entryText({ command, index, term }: LogEntryView): string {
  return `${command} at index ${index} in term ${term}`;
}
