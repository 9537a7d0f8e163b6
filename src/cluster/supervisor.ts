/**
 * Runs the nodes of one cluster: creates their threads and disks, and sends each intent to the part
 * that carries it out. What the nodes report is handled in node-event-router.ts.
 */

import { join } from 'node:path';
import type { ResourceLimits } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { LetoError } from '../base/index.js';
import {
  type Answers,
  type AnswerTo,
  type ClusterPlan,
  checkDiskIntent,
  checkQuestion,
  type DiskIntent,
  type Intent,
  type MemberIntent,
  type NodeId,
  type NodeIntent,
  type NodeView,
  nodesMax,
  type Question,
  resolveNode,
  resolveTarget,
  type Telemetry,
} from '../control/index.js';
import { Board } from './board.js';
import type { ClusterFolder } from './cluster-folder.js';
import { DiskThreadHandle } from './disk-thread-handle.js';
import { lifeActions } from './life-actions.js';
import { LinkFaults } from './link-faults.js';
import { changeMembers, type Members } from './members.js';
import { Mesh } from './mesh.js';
import { NodeEventRouter } from './node-event-router.js';
import { NodeHandle } from './node-handle.js';
import { NodeLines } from './node-lines.js';
import { loopback, toNodeSettings } from './node-settings.js';
import { StepRequests } from './step-requests.js';
import { ClusterTime } from './time.js';
import { untilLeader } from './until-leader.js';
import { Watchers } from './watchers.js';

/** The code of the threads, which the supervisor loads by URL only, and their memory limits. */
export interface Threads {
  readonly node: URL;
  readonly disk: URL;
  readonly resourceLimits?: ResourceLimits;
}

export class Supervisor {
  readonly board: Board;
  readonly #plan: ClusterPlan;
  readonly #folder: ClusterFolder;
  readonly #pool: Piscina;
  readonly #nodes = new Map<NodeId, NodeHandle>();
  readonly #linkFaults: LinkFaults;
  readonly #time: ClusterTime;
  readonly #eventRouter: NodeEventRouter;
  /** Numbers the held messages in the order of arrival; shared by all nodes' threads. */
  readonly #arrivalCounter = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #watchers: Watchers;
  readonly #lines = new NodeLines();
  readonly #threads: Threads;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(plan: ClusterPlan, folder: ClusterFolder, threads: Threads) {
    this.#plan = plan;
    this.#folder = folder;
    this.board = new Board({
      cluster: plan.name,
      speed: plan.speed,
      nodes: folder.ids.map((id) => initialView(id, folder)),
      links: [],
      events: [],
      notes: [],
      rates: [],
      held: [],
    });
    this.#linkFaults = new LinkFaults(this.board, this.#nodes);
    this.#watchers = new Watchers(this.board, this.#nodes);
    const stepRequests = new StepRequests(this.board, this.#nodes);
    this.#time = new ClusterTime(this.board, this.#nodes, stepRequests);
    this.#eventRouter = new NodeEventRouter({
      board: this.board,
      linkFaults: this.#linkFaults,
      mesh: new Mesh(this.board, this.#nodes, plan.transport),
      stepRequests,
      watchers: this.#watchers,
      lines: this.#lines,
    });
    this.#pool = new Piscina({
      minThreads: folder.ids.length,
      maxThreads: nodesMax,
      concurrentTasksPerWorker: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      atomics: 'disabled',
      ...(threads.resourceLimits ? { resourceLimits: threads.resourceLimits } : {}),
    });
    // The life that a thread serves notices its end. A thread without a task serves none.
    this.#pool.on('error', () => {});
    this.#threads = threads;
    for (const id of folder.ids) this.#addNode(id);
  }

  #addNode(id: NodeId): NodeHandle {
    const threads = this.#threads;
    const { clusterId } = this.#folder;
    const isJoining = this.#folder.isJoining(id);
    const openDisk = () =>
      new DiskThreadHandle(threads.disk, {
        folder: this.#view(id).dataDir,
        clusterId,
        nodeId: id,
        voters: isJoining ? [] : this.#folder.ids,
        isNew: isJoining || !this.#folder.isComplete,
      });
    const settings = toNodeSettings(this.#plan, clusterId, this.#view(id));
    const arrivalCounter = this.#arrivalCounter;
    const resources = {
      pool: this.#pool,
      worker: threads.node,
      arrivalCounter,
      clock: this.#time.clock,
      openDisk,
    };
    const node = new NodeHandle(settings, resources, this.#eventRouter);
    this.#nodes.set(id, node);
    return node;
  }

  /**
   * Makes one change at a time (4.1). A snapshot is a node's own matter and does not wait. Without a
   * leader a change fails before it has begun, and before it waits for others.
   */
  async #changeMembers(intent: MemberIntent): Promise<NodeId[]> {
    if (intent.type === 'snapshot') return changeMembers(this.#members, intent);
    await untilLeader(this.board);
    const change = this.#lastChange.then(() => changeMembers(this.#members, intent));
    this.#lastChange = change.catch(() => {});
    return change;
  }

  get #members(): Members {
    return {
      board: this.board,
      folder: this.#folder,
      nodes: this.#nodes,
      createNode: (id) => {
        this.board.publish({ type: 'nodeAdded', node: initialView(id, this.#folder) });
        return this.#addNode(id);
      },
      forget: (id) => {
        this.#nodes.delete(id);
        this.#linkFaults.forget(id);
        this.#lines.forget(id);
        this.board.publish({ type: 'nodeRemoved', id });
        this.board.record(id, { type: 'removed' });
      },
    };
  }

  /**
   * Starts all nodes. A node with damaged or foreign data stays dead and shows why; the others run.
   * @throws {LetoError} for any other error that keeps a node from serving
   */
  async start(): Promise<void> {
    const nodes = [...this.#nodes.values()];
    const sound = await Promise.all(nodes.map((node) => this.#hasSoundData(node)));
    await this.#folder.markComplete();
    await Promise.all(nodes.filter((_, at) => sound[at]).map((node) => node.start()));
  }

  async #hasSoundData(node: NodeHandle): Promise<boolean> {
    try {
      await node.diskOpened;
      return true;
    } catch (error) {
      if (!isAboutOneNode(error)) throw error;
      this.board.change(node.id, { state: 'dead', error: error.message });
      this.board.record(node.id, { type: 'crashed', reason: error.message });
      return false;
    }
  }

  /**
   * Carries out an intent. Resolves with the nodes that it named or met.
   * @throws {LetoError} as `Cluster.dispatch` does
   */
  async dispatch(intent: Intent): Promise<NodeId[]> {
    const nodes = await this.#carryOut(intent);
    await this.#time.refresh();
    return nodes;
  }

  async #carryOut(intent: Intent): Promise<NodeId[]> {
    switch (intent.type) {
      case 'kill':
      case 'pause':
        return this.#time.maybeStopTimeDuring(() => this.#changeLives(intent));
      case 'stop':
      case 'restart':
      case 'resume':
        return this.#changeLives(intent);
      case 'isolate': {
        const nodes = resolveTarget(this.board.view, intent);
        this.#linkFaults.change(intent);
        return nodes;
      }
      case 'cut':
      case 'partition':
      case 'heal':
      case 'link':
        this.#linkFaults.change(intent);
        return [];
      case 'add':
      case 'promote':
      case 'remove':
      case 'transfer':
      case 'snapshot':
        return this.#changeMembers(intent);
      case 'disk':
        return this.#changeDisk(intent);
      case 'speed':
      case 'step':
      case 'align':
        await this.#time.change(intent);
        return [];
      default:
        throw unknownIntent(intent);
    }
  }

  /** @throws {LetoError} LETO_NO_SUCH_NODE, LETO_NODE_STATE, LETO_BAD_OPTION, LETO_TIMED_OUT */
  async ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
    checkQuestion(question);
    return (await this.#answerTo(question)) as AnswerTo<Q>;
  }

  async #answerTo(question: Question): Promise<Answers[Question['type']]> {
    const id = resolveNode(this.board.view, question.node);
    if (question.type === 'lines') return { lines: this.#lines.of(id) };
    return this.#node(id).ask(question);
  }

  /** Calls `listener` with each change, messages included. Returns a function that unsubscribes. */
  watch(listener: (telemetry: Telemetry) => void): () => void {
    return this.#watchers.add(listener);
  }

  /**
   * Calls `listener` with the new log lines of a node. Returns a function that unsubscribes.
   * @throws {LetoError} LETO_NO_SUCH_NODE
   */
  onLines(node: string, listener: (lines: readonly string[]) => void): () => void {
    return this.#lines.onLines(resolveNode(this.board.view, node), listener);
  }

  async #changeLives(intent: NodeIntent): Promise<NodeId[]> {
    const { applies, act } = lifeActions[intent.type];
    const nodes = resolveTarget(this.board.view, intent).map((id) => this.#node(id));
    const targets = intent.target === 'all' ? nodes.filter(applies) : nodes;
    await Promise.all(targets.map(act));
    return targets.map(({ id }) => id);
  }

  #changeDisk(intent: DiskIntent): NodeId[] {
    checkDiskIntent(intent);
    const { fault } = intent;
    const delayMs = fault.type === 'slow' ? fault.delayMs : 0;
    const ids = resolveTarget(this.board.view, intent);
    for (const id of ids) {
      this.#node(id).setDiskFault(fault);
      this.#eventRouter.record(id, { type: 'diskChanged', fault: fault.type, delayMs });
    }
    return ids;
  }

  /** Kills all nodes, so that a `close` in progress ends at once. */
  async killAll(): Promise<void> {
    await this.dispatch({ type: 'kill', target: 'all' });
  }

  /** Stops all nodes, at once if `isForced`. Their disks are closed properly either way. */
  async close(isForced: boolean): Promise<void> {
    this.#time.close();
    await Promise.all([...this.#nodes.values()].map((node) => node.close(isForced)));
    await this.#pool.destroy();
    this.board.record(null, { type: 'stopped' });
  }

  #node(id: NodeId): NodeHandle {
    const node = this.#nodes.get(id);
    if (!node) throw new LetoError('LETO_NO_SUCH_NODE', `there is no node ${id}`);
    return node;
  }

  #view(id: NodeId): NodeView {
    const view = this.board.node(id);
    if (!view) throw new LetoError('LETO_NO_SUCH_NODE', `there is no node ${id}`);
    return view;
  }
}

/** A program of another version may send an intent that this one does not know. */
function unknownIntent({ type }: { readonly type: string }): LetoError {
  const message = `this cluster does not support ${type}: it runs another version`;
  return new LetoError('LETO_BAD_OPTION', message);
}

function isAboutOneNode(error: unknown): error is LetoError {
  if (!(error instanceof LetoError)) return false;
  return error.code === 'LETO_DATA_DAMAGED' || error.code === 'LETO_DATA_FOREIGN';
}

function initialView(id: NodeId, folder: ClusterFolder): NodeView {
  return {
    id,
    state: 'starting',
    error: null,
    host: loopback,
    respPort: null,
    raftPort: null,
    httpPort: null,
    dataDir: join(folder.path, id),
    startedAtMs: null,
    report: null,
  };
}
