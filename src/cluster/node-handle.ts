/**
 * One node through all its lives: its settings, its disk, and the checks of what may be done to it
 * in which state. A single life is a NodeLife (node-life.ts).
 */

import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { fromErrorData, LetoError } from '../base/index.js';
import type {
  AdminCommand,
  AdminOutcome,
  DiskFault,
  FromNode,
  NodeAnswer,
  NodeId,
  NodePorts,
  NodeQuestion,
  NodeSettings,
  ToNode,
} from '../control/index.js';
import type { DiskThreadHandle } from './disk-thread-handle.js';
import { type Death, type LifeResources, NodeLife } from './node-life.js';

export interface NodeLifecycleHandlers {
  /** A life has begun. Called before its first message. */
  onLifeStart(node: NodeHandle, isFirst: boolean): void;
  onMessage(node: NodeHandle, message: FromNode): void;
  onDeath(node: NodeHandle, death: Death): void;
}

/** The resources that all lives of a node share, and how to open its disk. */
interface NodeResources extends LifeResources {
  openDisk(): DiskThreadHandle;
}

/** A node has at most one life at a time. All lives use the same disk. */
export class NodeHandle {
  #settings: NodeSettings;
  readonly #resources: NodeResources;
  readonly #handlers: NodeLifecycleHandlers;
  #disk: DiskThreadHandle;
  #diskFault: DiskFault = { type: 'ok' };
  #life: NodeLife | null = null;
  #repairing: Promise<void> | null = null;
  #isClosed = false;
  #livesBegun = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(settings: NodeSettings, resources: NodeResources, handlers: NodeLifecycleHandlers) {
    this.#settings = settings;
    this.#resources = resources;
    this.#disk = resources.openDisk();
    this.#handlers = handlers;
  }

  get id(): NodeId {
    return this.#settings.id;
  }

  get isAlive(): boolean {
    return this.#life !== null;
  }

  post(message: ToNode<MessagePort>): void {
    this.#life?.post(message);
  }

  /** Resolves once the data is open. @throws {LetoError} as `DiskThreadHandle.opened` does */
  get diskOpened(): Promise<void> {
    return this.#disk.opened;
  }

  /**
   * Begins a life, on the ports of the previous one; resolves when it serves clients.
   * @throws {LetoError} LETO_NODE_STATE when the node is alive, or the error that ended the life
   */
  async start(): Promise<void> {
    if (this.isPaused) throw stateError(`${this.id} is paused; resume it, or kill it first`);
    if (this.#life || this.#repairing) throw stateError(`${this.id} is already running`);
    if (this.#disk.hasFailed) await this.#repairDisk();
    if (this.#isClosed) throw stateError(`${this.id} can't start: it is being stopped`);
    this.#beginLife();
    await this.#running;
  }

  /** Opens a failed disk again: the user may have freed space or restored data. */
  async #repairDisk(): Promise<void> {
    this.#repairing = this.#reopenDisk();
    try {
      await this.#repairing;
    } finally {
      this.#repairing = null;
    }
  }

  async #reopenDisk(): Promise<void> {
    await this.#disk.close();
    this.#disk = this.#resources.openDisk();
    this.#disk.setFault(this.#diskFault);
    await this.#disk.opened;
  }

  #beginLife(): void {
    const { port1, port2 } = new MessageChannel();
    this.#disk.attach(port1);
    const settings = {
      ...this.#settings,
      prngSeed: this.#settings.prngSeed + this.#livesBegun,
    };
    this.#livesBegun += 1;
    this.#running = new Promise((resolve, reject) => {
      const life = new NodeLife(this.#resources, settings, port2, (message) => {
        if (message.type === 'running') {
          this.#keepPorts(message);
          resolve();
        }
        this.#handlers.onMessage(this, message);
      });
      this.#life = life;
      void life.death.then((death) => {
        this.#life = null;
        this.#handlers.onDeath(this, death);
        reject(deathError(this.id, death));
      });
    });
    this.#handlers.onLifeStart(this, this.#livesBegun === 1);
  }

  /**
   * Has the node carry out an admin command.
   * @throws {LetoError} LETO_NODE_STATE when it is dead or paused, or dies before it answers
   */
  async admin(command: AdminCommand): Promise<AdminOutcome> {
    if (this.isPaused) throw stateError(`${this.id} is paused; resume it`);
    const outcome = await this.#life?.admin(command);
    if (outcome) return outcome;
    throw stateError(`${this.id} is dead; restart it`);
  }

  /** @throws {LetoError} LETO_NODE_STATE when the node is dead or paused, LETO_TIMED_OUT */
  async ask(question: NodeQuestion): Promise<NodeAnswer> {
    if (this.isPaused) throw stateError(`${this.id} is paused; resume it`);
    const answer = await this.#life?.ask(question);
    if (answer) return answer;
    throw stateError(`${this.id} is dead; restart it`);
  }

  get isPaused(): boolean {
    return this.#life?.isPaused ?? false;
  }

  /**
   * Pauses the node; resolves once its thread is about to block. A busy thread takes a moment.
   * @throws {LetoError} LETO_NODE_STATE when the node is dead or paused, or dies meanwhile
   */
  async pause(): Promise<void> {
    const life = this.#life;
    if (!life) throw stateError(`${this.id} is dead; restart it`);
    if (life.isPaused) throw stateError(`${this.id} is already paused`);
    await life.pause();
    if (this.#life !== life) throw stateError(`${this.id} died before it could be paused`);
  }

  /** @throws {LetoError} LETO_NODE_STATE when the node is not paused, or dies meanwhile */
  async resume(): Promise<void> {
    const life = this.#life;
    if (!life?.isPaused) throw stateError(`${this.id} is not paused`);
    await life.resume();
    if (this.#life !== life) throw stateError(`${this.id} died before it could resume`);
  }

  /** Sets the disk fault, which survives kills, restarts and the reopening of the disk. */
  setDiskFault(fault: DiskFault): void {
    this.#diskFault = fault;
    this.#disk.setFault(fault);
  }

  /** @throws {LetoError} LETO_NODE_STATE when the node is dead already */
  async kill(): Promise<void> {
    if (!this.#life) throw stateError(`${this.id} is already dead`);
    await this.#life.kill();
  }

  /**
   * Stops the node gracefully. A leader transfers its leadership first, and no client gets an
   * UNCERTAIN answer.
   * @throws {LetoError} LETO_NODE_STATE when the node is dead already
   */
  async stop(): Promise<void> {
    if (!this.#life) throw stateError(`${this.id} is already dead`);
    await this.#life.stop({ handsOver: true });
  }

  /** Ends the life, at once if `isForced`, and then closes the disk. No life begins after that. */
  async close(isForced: boolean): Promise<void> {
    this.#isClosed = true;
    await this.#repairing?.catch(() => {});
    if (isForced) await this.#life?.kill();
    else await this.#life?.stop({ handsOver: false });
    await this.#disk.close();
  }

  /** Keeps the ports that were chosen at the first start for all later lives. */
  #keepPorts({ respPort, raftPort, httpPort }: NodePorts): void {
    this.#settings = { ...this.#settings, respPort, raftPort: raftPort ?? 0, httpPort };
  }
}

function stateError(message: string): LetoError {
  return new LetoError('LETO_NODE_STATE', message);
}

function deathError(id: NodeId, death: Death): LetoError {
  if (death.type === 'crashed') return fromErrorData(death.error);
  return stateError(`${id} was ${death.type} before it served clients`);
}
