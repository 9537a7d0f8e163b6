/**
 * The public API of the library: one method for each thing that a user can do to a cluster. It only
 * turns calls into intents and questions; the supervisor (supervisor.ts) runs the nodes.
 */

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
import { sharedNowMs } from './board.js';
import { type ClusterFolder, openClusterFolder } from './cluster-folder.js';
import { Supervisor, type Threads } from './supervisor.js';

const defaultThreads: Threads = {
  node: new URL('../node/worker.js', import.meta.url),
  disk: new URL('../storage/disk-worker.js', import.meta.url),
};

const readyMsMaxDefault = 30_000;

/**
 * A real Raft cluster in this process. Each node has a thread, a disk and a port for Redis clients.
 * Close it at the end, or declare it with `await using`.
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

  /**
   * Starts a cluster; resolves when all its nodes serve clients.
   * @throws {LetoError} LETO_BAD_OPTION, LETO_PORT_TAKEN, LETO_DATA_UNWRITABLE, LETO_DATA_FOREIGN,
   * LETO_DATA_LOCKED, LETO_DATA_DAMAGED for the cluster's own record
   */
  static async start(options: ClusterOptions, threads: Threads = defaultThreads): Promise<Cluster> {
    const plan = planCluster(options);
    const cluster = new Cluster(plan, await openClusterFolder(plan), threads);
    try {
      await cluster.#supervisor.start();
    } catch (error) {
      await cluster.close({ force: true });
      await cluster.#folder.discardIfNew();
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

  /** True when closing the cluster deletes its data. */
  get isTemporary(): boolean {
    return this.#folder.isTemporary;
  }

  /** Returns the current view: everything that can be seen of the cluster. */
  view(): ClusterView {
    return this.#supervisor.board.view;
  }

  /** Returns the document of `leto-cluster status --json`. */
  status(): Status {
    return toStatus(this.view(), sharedNowMs());
  }

  /** Returns the RESP address of each node that has ever served clients. */
  addresses(): { readonly id: string; readonly host: string; readonly port: number }[] {
    return this.view().nodes.flatMap(({ id, host, respPort }) =>
      respPort === null ? [] : [{ id, host, port: respPort }],
    );
  }

  /**
   * Carries out an intent. The methods from `kill` to `align` are shorthands for it. Resolves with
   * the ids of the nodes that it concerned, such as the one that was `leader`. Empty for links and
   * time.
   * @throws {LetoError} LETO_NO_SUCH_NODE, LETO_NODE_STATE, LETO_BAD_OPTION, LETO_TIMED_OUT,
   * LETO_CLUSTER_GONE, or the error that keeps a node from starting
   */
  async dispatch(intent: Intent): Promise<readonly string[]> {
    if (this.#closing) throw closingError();
    return this.#supervisor.dispatch(intent);
  }

  async #carryOut(intent: Intent): Promise<void> {
    await this.dispatch(intent);
  }

  /** Kills a node, `leader` or `all`: ends the thread at once, whatever it is doing. */
  kill(target: string): Promise<void> {
    return this.#carryOut({ type: 'kill', target });
  }

  /**
   * Stops a node or `leader` gracefully. A leader transfers its leadership first, and no client
   * gets an UNCERTAIN answer.
   */
  stop(target: string): Promise<void> {
    return this.#carryOut({ type: 'stop', target });
  }

  /** Starts a dead node, or `all` of them, on the same data and port; resolves when it serves. */
  restart(target: string): Promise<void> {
    return this.#carryOut({ type: 'restart', target });
  }

  /** Pauses a node or `leader`, like a long garbage collection; resolves once it is paused. */
  pause(target: string): Promise<void> {
    return this.#carryOut({ type: 'pause', target });
  }

  /** Resumes a paused node, or `all` of them. */
  resume(target: string): Promise<void> {
    return this.#carryOut({ type: 'resume', target });
  }

  /** Cuts the link between two nodes, or only the one from the first to the second. */
  cut(from: string, to: string, { oneWay = false } = {}): Promise<void> {
    return this.#carryOut({ type: 'cut', from, to, oneWay });
  }

  /** Splits the nodes into groups and cuts the links between them; unlisted nodes form one more. */
  partition(...groups: readonly (readonly string[])[]): Promise<void> {
    return this.#carryOut({ type: 'partition', groups });
  }

  /** Cuts all links of a node or `leader`. */
  isolate(target: string): Promise<void> {
    return this.#carryOut({ type: 'isolate', target });
  }

  /** Removes all link faults. */
  heal(): Promise<void> {
    return this.#carryOut({ type: 'heal' });
  }

  /**
   * Makes a link lossy or slow. `drop` is the fraction of messages that are lost, from 0 to 1. Each
   * message takes `delayMs` and a random part of `jitterMs`, in virtual milliseconds.
   */
  link(
    from: string,
    to: string,
    { drop = 0, delayMs = 0, jitterMs = 0, oneWay = false } = {},
  ): Promise<void> {
    return this.#carryOut({ type: 'link', from, to, oneWay, drop, delayMs, jitterMs });
  }

  /** Adds a node. It becomes a voter once it has caught up, or stays a learner with `learner`. */
  add({ learner = false } = {}): Promise<void> {
    return this.#carryOut({ type: 'add', learner });
  }

  /** Makes a learner a voter. */
  promote(target: string): Promise<void> {
    return this.#carryOut({ type: 'promote', target });
  }

  /** Removes a node or `leader` from the cluster; its data stays on disk, so that it can rejoin. */
  remove(target: string): Promise<void> {
    return this.#carryOut({ type: 'remove', target });
  }

  /** Transfers leadership to a node (3.10). */
  transfer(target: string): Promise<void> {
    return this.#carryOut({ type: 'transfer', target });
  }

  /** Takes a snapshot on a node, on `leader` or on `all`, and discards the log that it covers. */
  snapshot(target: string): Promise<void> {
    return this.#carryOut({ type: 'snapshot', target });
  }

  /**
   * Sets the disk fault of a node; `{ type: 'ok' }` removes it. A failing write crashes the node.
   */
  disk(target: string, fault: DiskFault): Promise<void> {
    return this.#carryOut({ type: 'disk', target, fault });
  }

  /**
   * Sets how fast time runs for all nodes: 1 is real time, 0.1 is ten times slower. At 0 time is
   * stopped: timers and messages wait until `step` releases them.
   */
  speed(factor: number): Promise<void> {
    return this.#carryOut({ type: 'speed', factor });
  }

  /** Releases the next `count` messages and timers, one by one, while time is stopped. */
  step(count = 1): Promise<void> {
    return this.#carryOut({ type: 'step', count });
  }

  /**
   * Splits a vote: the election timers of all followers expire at the same instant. That is now if
   * there is no leader, otherwise as soon as the leader is killed, paused or isolated.
   */
  align(): Promise<void> {
    return this.#carryOut({ type: 'align' });
  }

  /** Calls `listener` whenever the view has changed. Returns a function that unsubscribes. */
  onChange(listener: () => void): () => void {
    return this.#supervisor.board.onChange(listener);
  }

  /**
   * Calls `listener` with each change of the view. Nodes report their messages only while at least
   * one listener watches. Returns a function that unsubscribes.
   */
  watch(listener: (telemetry: Telemetry) => void): () => void {
    return this.#supervisor.watch(listener);
  }

  /**
   * Asks one node for entries of its log, its log lines or its keys. The answer is what that node
   * alone knows.
   * @throws {LetoError} LETO_NO_SUCH_NODE, LETO_NODE_STATE when it is dead or paused,
   * LETO_BAD_OPTION, LETO_TIMED_OUT
   */
  async ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
    if (this.#closing) throw closingError();
    return this.#supervisor.ask(question);
  }

  /**
   * Calls `listener` with the new log lines of a node. Returns a function that unsubscribes.
   * @throws {LetoError} LETO_NO_SUCH_NODE
   */
  onLines(node: string, listener: (lines: readonly string[]) => void): () => void {
    return this.#supervisor.onLines(node, listener);
  }

  /** Calls `listener` with each event. Returns a function that unsubscribes. */
  onEvent(listener: (event: ClusterEvent) => void): () => void {
    return this.#supervisor.board.onEvent(listener);
  }

  /**
   * Resolves once the leader has committed an entry of its term and every node has applied it.
   * @throws {LetoError} LETO_TIMED_OUT, LETO_CLUSTER_GONE
   */
  async waitForReady(timeoutMs = readyMsMaxDefault): Promise<void> {
    await this.waitUntil(isReady, timeoutMs, 'the cluster to be ready');
  }

  /**
   * Resolves once `predicate` is true of the view. `what` completes the message of the time-out:
   * "timed out after 30 s waiting for <what>".
   * @throws {LetoError} LETO_TIMED_OUT, LETO_CLUSTER_GONE
   */
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
      const check = () => {
        if (predicate(this.view())) settle(resolve);
        else if (this.#closing) settle(() => reject(closedError()));
      };
      const stop = this.onChange(check);
      const timer = setTimeout(
        () => settle(() => reject(timeoutError(what, timeoutMs, this.view()))),
        timeoutMs,
      );
      check();
    });
  }

  /** Stops all nodes gracefully, or at once with `force`, and deletes temporary data. */
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
  return new LetoError('LETO_CLUSTER_GONE', 'the cluster was closed while waiting');
}

function timeoutError(what: string, timeoutMs: number, view: ClusterView): LetoError {
  const failed = view.nodes.filter((node) => node.error !== null);
  const why = failed.map((node) => `; ${node.error}`).join('');
  const message = `timed out after ${timeoutMs / 1000} s waiting for ${what}${why}`;
  return new LetoError('LETO_TIMED_OUT', message);
}

/**
 * Starts a cluster in this process; resolves when all its nodes serve clients.
 * @throws {LetoError} as `Cluster.start` does
 * @example await using cluster = await startCluster({ nodes: 5, port: 0 });
 */
export function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  return Cluster.start(options);
}
