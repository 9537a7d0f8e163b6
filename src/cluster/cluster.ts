import { LetoError } from '../base/index.js';
import {
  type AnswerTo,
  type ClusterEvent,
  type ClusterOptions,
  type ClusterPlan,
  type ClusterView,
  type DiskFault,
  type Intent,
  isReady,
  planCluster,
  type Question,
  type Status,
  type Telemetry,
  toStatus,
} from '../control/index.js';
import { type ClusterFolder, openClusterFolder } from './cluster-folder.js';
import { Supervisor, type Threads } from './supervisor.js';

const defaultThreads: Threads = {
  node: new URL('../node/worker.js', import.meta.url),
  disk: new URL('../storage/disk-worker.js', import.meta.url),
};

const readyMsMaxDefault = 30_000;

/**
 * A real Raft cluster in this process: each node in a thread of its own, with its own disk and its
 * own port for Redis clients. Close it, or leave it to `await using`.
 */
export class Cluster {
  readonly #plan: ClusterPlan;
  readonly #folder: ClusterFolder;
  readonly #supervisor: Supervisor;
  readonly #onExit = () => this.#folder.deleteIfTemporarySync();
  #closing: Promise<void> | null = null;
  #isForced = false;

  private constructor(plan: ClusterPlan, folder: ClusterFolder, threads: Threads) {
    this.#plan = plan;
    this.#folder = folder;
    this.#supervisor = new Supervisor(plan, folder, threads);
    process.once('exit', this.#onExit);
  }

  static async start(options: ClusterOptions, threads: Threads = defaultThreads): Promise<Cluster> {
    const plan = planCluster(options);
    const cluster = new Cluster(plan, await openClusterFolder(plan), threads);
    try {
      await cluster.#supervisor.start();
    } catch (error) {
      await cluster.close({ force: true });
      throw error;
    }
    return cluster;
  }

  get name(): string {
    return this.#plan.name;
  }

  get dataDir(): string {
    return this.#folder.path;
  }

  /** The data go when the cluster is closed. */
  get isTemporary(): boolean {
    return this.#folder.isTemporary;
  }

  /** Everything there is to see, as it stands now. */
  view(): ClusterView {
    return this.#supervisor.board.view;
  }

  /** The document of `leto-cluster status --json`. */
  status(): Status {
    return toStatus(this.view(), Date.now());
  }

  /** Where the Redis clients of the nodes that have run connect to. */
  addresses(): { readonly id: string; readonly host: string; readonly port: number }[] {
    return this.view().nodes.flatMap(({ id, host, respPort }) =>
      respPort === null ? [] : [{ id, host, port: respPort }],
    );
  }

  /** @throws {LetoError} LETO_NO_SUCH_NODE, LETO_NODE_STATE, or what keeps a node from running */
  async dispatch(intent: Intent): Promise<void> {
    if (this.#closing) throw closingError();
    await this.#supervisor.dispatch(intent);
  }

  /** Ends the thread of a node, of `leader` or of `all` at once, whatever it is doing. */
  kill(target: string): Promise<void> {
    return this.dispatch({ type: 'kill', target });
  }

  /** Ends a node or `leader` kindly: a leader hands over first, and no client is left in doubt. */
  stop(target: string): Promise<void> {
    return this.dispatch({ type: 'stop', target });
  }

  /** Starts a dead node, or `all` of them, on the same data and port; resolves when it serves. */
  restart(target: string): Promise<void> {
    return this.dispatch({ type: 'restart', target });
  }

  /** Freezes a node or `leader`, as a long garbage collection does; resolves when it has. */
  pause(target: string): Promise<void> {
    return this.dispatch({ type: 'pause', target });
  }

  /** Lets a paused node, or `all` of them, go on. */
  resume(target: string): Promise<void> {
    return this.dispatch({ type: 'resume', target });
  }

  /** Nothing comes through between two nodes, or from the first to the second. */
  cut(from: string, to: string, { oneWay = false } = {}): Promise<void> {
    return this.dispatch({ type: 'cut', from, to, oneWay });
  }

  /** Nodes hear only those of their own group; nodes in no group are one more group. */
  partition(...groups: readonly (readonly string[])[]): Promise<void> {
    return this.dispatch({ type: 'partition', groups });
  }

  /** Cuts a node or `leader` from all others. */
  isolate(target: string): Promise<void> {
    return this.dispatch({ type: 'isolate', target });
  }

  /** Makes all links whole. */
  heal(): Promise<void> {
    return this.dispatch({ type: 'heal' });
  }

  /**
   * Makes a link lossy or slow: `drop` is the share of messages that are lost, from 0 to 1, and each
   * message takes `delayMs` and up to `jitterMs` more.
   */
  link(
    from: string,
    to: string,
    { drop = 0, delayMs = 0, jitterMs = 0, oneWay = false } = {},
  ): Promise<void> {
    return this.dispatch({ type: 'link', from, to, oneWay, drop, delayMs, jitterMs });
  }

  /** Starts a new node, which becomes a voter once it has caught up, or stays a learner. */
  add({ learner = false } = {}): Promise<void> {
    return this.dispatch({ type: 'add', learner });
  }

  /** Makes a learner a voter. */
  promote(target: string): Promise<void> {
    return this.dispatch({ type: 'promote', target });
  }

  /** Takes a node or `leader` out of the cluster; its data stay, for its return. */
  remove(target: string): Promise<void> {
    return this.dispatch({ type: 'remove', target });
  }

  /** Hands leadership over to a node. */
  transfer(target: string): Promise<void> {
    return this.dispatch({ type: 'transfer', target });
  }

  /** Writes a snapshot on a node, on `leader` or on `all`, and cuts the log behind it. */
  snapshot(target: string): Promise<void> {
    return this.dispatch({ type: 'snapshot', target });
  }

  /** Breaks a node's disk, or mends it with `{ type: 'ok' }`; a disk that fails crashes its node. */
  disk(target: string, fault: DiskFault): Promise<void> {
    return this.dispatch({ type: 'disk', target, fault });
  }

  /**
   * How fast time passes for all nodes: 1 is real time, 0.1 ten times slower, and at 0 it stands
   * still: timers and messages wait, and `step` lets one of them happen.
   */
  speed(factor: number): Promise<void> {
    return this.dispatch({ type: 'speed', factor });
  }

  /** While time stands still: the next `count` messages and timers happen, one after the other. */
  step(count = 1): Promise<void> {
    return this.dispatch({ type: 'step', count });
  }

  /**
   * Splits a vote: the election timers of all followers run out at one instant, now where no leader
   * lives, or else as soon as the leader is killed, paused or isolated.
   */
  align(): Promise<void> {
    return this.dispatch({ type: 'align' });
  }

  /** Calls back whenever the view has changed; returns how to stop that. */
  onChange(listener: () => void): () => void {
    return this.#supervisor.board.onChange(listener);
  }

  /**
   * Calls back with all that changes, messages between the nodes too, which are only told while
   * somebody watches; returns how to stop watching.
   */
  watch(listener: (telemetry: Telemetry) => void): () => void {
    return this.#supervisor.watch(listener);
  }

  /**
   * What one node alone knows: entries of its log, its log lines, its keys.
   * @throws {LetoError} LETO_NO_SUCH_NODE, LETO_NODE_STATE where it is dead or paused,
   * LETO_BAD_OPTION, LETO_TIMED_OUT
   */
  async ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
    if (this.#closing) throw closingError();
    return this.#supervisor.ask(question);
  }

  /**
   * Calls back with each new log line of a node; returns how to stop that.
   * @throws {LetoError} LETO_NO_SUCH_NODE
   */
  onLines(node: string, listener: (lines: readonly string[]) => void): () => void {
    return this.#supervisor.onLines(node, listener);
  }

  /** Calls back with each event; returns how to stop that. */
  onEvent(listener: (event: ClusterEvent) => void): () => void {
    return this.#supervisor.board.onEvent(listener);
  }

  /** Resolves once a leader has committed in its term and every node has applied that. */
  async waitForReady(timeoutMs = readyMsMaxDefault): Promise<void> {
    await this.waitUntil(isReady, timeoutMs, 'the cluster to be ready');
  }

  /** @throws {LetoError} LETO_TIMED_OUT, with `what` was waited for */
  waitUntil(
    predicate: (view: ClusterView) => boolean,
    timeoutMs: number,
    what: string,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        stop();
        finish();
      };
      const look = () => {
        if (predicate(this.view())) settle(resolve);
        else if (this.#closing) settle(() => reject(closedError()));
      };
      const stop = this.onChange(look);
      const timer = setTimeout(
        () => settle(() => reject(timeoutError(what, timeoutMs, this.view()))),
        timeoutMs,
      );
      look();
    });
  }

  /** Stops all nodes kindly, or with `force` at once, and deletes temporary data. */
  close({ force = false } = {}): Promise<void> {
    if (force && !this.#isForced && this.#closing) void this.#supervisor.killAll();
    this.#isForced ||= force;
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#supervisor.close(this.#isForced);
    await this.#folder.deleteIfTemporary();
    process.off('exit', this.#onExit);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function closingError(): LetoError {
  return new LetoError('LETO_CLUSTER_GONE', 'the cluster is closing');
}

function closedError(): LetoError {
  return new LetoError('LETO_CLUSTER_GONE', 'the cluster was closed meanwhile');
}

function timeoutError(what: string, timeoutMs: number, view: ClusterView): LetoError {
  const failed = view.nodes.filter((node) => node.error !== null);
  const why = failed.map((node) => `; ${node.error}`).join('');
  return new LetoError('LETO_TIMED_OUT', `waited ${timeoutMs / 1000} s in vain for ${what}${why}`);
}

/** Starts a cluster in this process; resolves when all its nodes serve clients. */
export function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  return Cluster.start(options);
}
