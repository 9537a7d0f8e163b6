/** Views of clusters in various states, and a fake cluster. */

import {
  type Answers,
  type ClusterEvent,
  type ClusterView,
  foldTelemetry,
  type Intent,
  type NodeReport,
  type NodeView,
  type Question,
  type Telemetry,
} from '../../src/control/index.js';
import { type LogIndex, nodeId, type Term } from '../../src/raft/index.js';
import type { TuiOptions, TuiSource } from '../../src/tui/index.js';

const index = (value: number) => value as LogIndex;

export function makeReport(change: Partial<NodeReport> = {}): NodeReport {
  return {
    role: 'follower',
    term: 2 as Term,
    votedFor: nodeId('n1'),
    leader: nodeId('n1'),
    lastLogIndex: index(1207),
    lastLogTerm: 2 as Term,
    commitIndex: index(1206),
    lastApplied: index(1206),
    snapshotIndex: index(1000),
    voter: true,
    voters: ['n1', 'n2', 'n3'].map(nodeId),
    learners: [],
    termStartIndex: null,
    peers: [],
    keys: 42,
    usedBytes: 4096,
    clients: 3,
    sessions: 0,
    firstLogIndex: index(1001),
    logTerms: [
      { from: index(1001), term: 1 as Term },
      { from: index(1100), term: 2 as Term },
    ],
    electionTimer: { leftMs: 260, timeoutMs: 400 },
    syncMsP99: null,
    ...change,
  };
}

export function makeNode(number: number, change: Partial<NodeView> = {}): NodeView {
  return {
    id: nodeId(`n${number}`),
    state: 'running',
    error: null,
    host: '127.0.0.1',
    respPort: 5378 + number,
    raftPort: null,
    httpPort: null,
    dataDir: `/data/n${number}`,
    startedAtMs: 0,
    report: makeReport(),
    ...change,
  };
}

export function makeEvent(
  second: number,
  node: string | null,
  event: ClusterEvent['event'],
  details: Partial<ClusterEvent> = {},
): ClusterEvent {
  const at = new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();
  return { at, node: node === null ? null : nodeId(node), event, ...details };
}

function leading(number: number, nodes: number, term: number): NodeReport {
  const others = Array.from({ length: nodes }, (_, at) => at + 1).filter((one) => one !== number);
  return makeReport({
    role: 'leader',
    term: term as Term,
    votedFor: nodeId(`n${number}`),
    leader: nodeId(`n${number}`),
    termStartIndex: index(1100),
    electionTimer: null,
    peers: others.map((other) => ({
      id: nodeId(`n${other}`),
      nextIndex: index(1208),
      matchIndex: index(1207 - other),
      mode: 'replicate',
    })),
  });
}

const start: readonly ClusterEvent[] = [
  makeEvent(1, 'n1', 'started'),
  makeEvent(1, 'n2', 'started'),
  makeEvent(1, 'n3', 'started'),
  makeEvent(2, 'n1', 'becamePreCandidate', { term: 1 }),
  makeEvent(2, 'n1', 'becameCandidate', { term: 2 }),
  makeEvent(2, 'n2', 'votedFor', { term: 2, candidate: nodeId('n1') }),
  makeEvent(2, 'n1', 'becameLeader', { term: 2 }),
  makeEvent(2, 'n2', 'becameFollower', { term: 2, leader: nodeId('n1') }),
  makeEvent(3, null, 'ready'),
];

/** n1 leads in term 2, and all nodes have applied what it has committed. */
export function healthy(nodes = 3): ClusterView {
  const followers = Array.from({ length: nodes - 1 }, (_, at) => makeNode(at + 2));
  return {
    cluster: 'default',
    speed: 1,
    nodes: [makeNode(1, { report: leading(1, nodes, 2) }), ...followers],
    links: [],
    events: start,
    notes: [],
    rates: [],
    held: [],
  };
}

/** The leader was killed a moment ago, and no follower has noticed. */
export function deadLeader(): ClusterView {
  const view = change(healthy(), 'n1', { state: 'dead', startedAtMs: null });
  return withEvents(view, makeEvent(9, 'n1', 'killed'));
}

/** Term 3: n2 is a candidate, n3 a pre-candidate, and n1 restarts. */
export function election(): ClusterView {
  const term = 3 as Term;
  const alone = { leader: null, term };
  const n2 = makeReport({ ...alone, role: 'candidate', votedFor: nodeId('n2') });
  const n3 = makeReport({ ...alone, role: 'preCandidate', votedFor: null });
  const view = withEvents(
    deadLeader(),
    makeEvent(10, 'n2', 'becamePreCandidate', { term: 2 }),
    makeEvent(10, 'n2', 'becameCandidate', { term }),
    makeEvent(11, 'n1', 'restarted'),
  );
  const starting = change(view, 'n1', { state: 'starting', report: null, respPort: null });
  return change(change(starting, 'n2', { report: n2 }), 'n3', { report: n3 });
}

const longReason =
  'the disk of n3 failed: ENOSPC: no space left on device, write /data/n3/log/000004.log; ' +
  'nothing acknowledged is lost.\nFree some space, and restart it';

/** A follower has crashed with a long reason, and another one is paused. */
export function crash(): ClusterView {
  const dead = change(healthy(5), 'n3', { state: 'dead', error: longReason, startedAtMs: null });
  const view = change(dead, 'n4', { state: 'paused' });
  return withEvents(view, makeEvent(9, 'n3', 'crashed', { reason: longReason }));
}

export function change(
  view: ClusterView,
  id: string,
  change: Partial<Omit<NodeView, 'id'>>,
): ClusterView {
  return foldTelemetry(view, { type: 'node', id: nodeId(id), change });
}

export function withEvents(view: ClusterView, ...events: readonly ClusterEvent[]): ClusterView {
  return { ...view, events: [...view.events, ...events] };
}

/** A cluster whose view the test sets. It records what it was asked for. */
export class FakeCluster implements TuiSource {
  readonly intents: Intent[] = [];
  readonly #listeners = new Set<() => void>();
  #view: ClusterView;
  /** The commands that were sent to nodes. */
  readonly commands: (readonly [node: string, words: readonly string[]])[] = [];
  readonly questions: Question[] = [];
  /** Answers the next intents. */
  answer: () => Promise<void> = async () => {};

  constructor(view: ClusterView) {
    this.#view = view;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  view(): ClusterView {
    return this.#view;
  }

  current(): ClusterView {
    return this.#view;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  become(view: ClusterView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }

  tell(telemetry: Telemetry): void {
    this.become(foldTelemetry(this.#view, telemetry));
  }

  readonly dispatch = (intent: Intent): Promise<void> => {
    this.intents.push(intent);
    return this.answer();
  };

  /** Answers the next commands. */
  reply: TuiOptions['sendCommand'] = async () => ({ lines: ['OK'], isFailure: false });

  readonly sendCommand: TuiOptions['sendCommand'] = (node, words) => {
    this.commands.push([node, words]);
    return this.reply(node, words);
  };

  readonly ask: TuiOptions['ask'] = async (question) => {
    this.questions.push(question);
    return answerTo(question) as never;
  };
}

function answerTo(question: Question): Answers[Question['type']] {
  switch (question.type) {
    case 'log':
      return { node: nodeId(question.node), firstLogIndex: 1 as LogIndex, entries: [] };
    case 'lines':
      return { lines: [`03:04:05 ${question.node} listens`, `03:04:06 ${question.node} follows`] };
    case 'keys': {
      const pairs = ['apple', 'banana', 'cherry'].map((key) => ({ key, value: `a ${key}` }));
      const found = pairs.filter(({ key }) => key.startsWith(question.prefix));
      return { pairs: found, count: found.length };
    }
  }
}
