import {
  type ClusterView,
  type LogEntryView,
  leaderOf,
  type NodeId,
  type NodeReport,
  type NodeView,
} from '../control/index.js';

/** All that a check may look at: how the cluster stands, and what was heard and learnt so far. */
export interface LessonScene {
  readonly view: ClusterView;
  /** What nodes that run hold, each as it has it itself. */
  readonly contents: ReadonlyMap<string, NodeContents>;
  /** The last reply to each request of this step, as redis-cli shows it. */
  readonly replies: readonly string[];
  /** What earlier steps have told to remember. */
  readonly memory: Readonly<Record<string, string>>;
}

export interface NodeContents {
  readonly entries: readonly LogEntryView[];
  readonly values: Readonly<Record<string, string>>;
}

/** A node that runs, with its latest report. */
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

/** As the view has it: one that was cut off may not know of its fall yet. */
export function leaderIn(scene: LessonScene): ReportingNode | null {
  const leader = leaderOf(scene.view);
  return runningIn(scene).find(({ id }) => id === leader?.id) ?? null;
}

/** Nodes that run and follow, in order. */
export function followersIn(scene: LessonScene): readonly ReportingNode[] {
  return runningIn(scene).filter(({ report }) => report.role === 'follower');
}

/** The one that all its links are cut of. */
export function isolatedIn({ view }: LessonScene): NodeId | null {
  const { nodes, links } = view;
  const isCut = (from: NodeId, to: NodeId) =>
    links.some((link) => link.from === from && link.to === to && link.cut);
  const isAlone = ({ id }: NodeView) =>
    nodes.every((other) => other.id === id || (isCut(id, other.id) && isCut(other.id, id)));
  return nodes.find(isAlone)?.id ?? null;
}

/** The latest entry with that command in the log of a node. */
export function entryOf(scene: LessonScene, id: string, command: string): LogEntryView | undefined {
  return scene.contents.get(id)?.entries.findLast((entry) => entry.command === command);
}

/** Nodes that run and hold the command in their log. */
export function holdersOf(scene: LessonScene, command: string): readonly NodeId[] {
  return runningIn(scene).flatMap(({ id }) => (entryOf(scene, id, command) ? [id] : []));
}

/** The entry, once the leader counts it as committed. */
export function committedIn(scene: LessonScene, command: string): LogEntryView | null {
  const leader = leaderIn(scene);
  const entry = leader ? entryOf(scene, leader.id, command) : undefined;
  return entry?.committed ? entry : null;
}

/** The entry, once all nodes run, follow one leader, and have applied it. */
export function appliedByAll(scene: LessonScene, command: string): LogEntryView | null {
  const entry = committedIn(scene, command);
  const isSame = ({ id }: NodeView) => {
    const own = entryOf(scene, id, command);
    return own?.applied && own.index === entry?.index && own.term === entry.term;
  };
  return entry && allFollowLeader(scene) && scene.view.nodes.every(isSame) ? entry : null;
}

/** All nodes run, in the term of one leader. */
export function allFollowLeader(scene: LessonScene): boolean {
  const leader = leaderIn(scene);
  const running = runningIn(scene);
  const isLed = ({ report }: ReportingNode) =>
    report.leader === leader?.id && report.term === leader.report.term;
  return leader !== null && running.length === scene.view.nodes.length && running.every(isLed);
}

/** `n1, n2 and n3` */
export function joinNames(names: readonly string[]): string {
  const last = names.at(-1) ?? 'nobody';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** `SET a 1 at index 3 in term 1` */
export function entryText({ command, index, term }: LogEntryView): string {
  return `${command} at index ${index} in term ${term}`;
}
