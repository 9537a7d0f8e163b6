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
  onLifeStart(node: NodeHandle, isFirst: boolean): void;
  onMessage(node: NodeHandle, message: FromNode): void;
  onDeath(node: NodeHandle, death: Death): void;
}

/** What the lives of a node run on. */
interface NodeResources extends LifeResources {
  openDisk(): DiskThreadHandle;
}

/** One node through all its lives: at most one at a time, each on the same disk. */
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

  /** How fast its time passes, in this life and the next ones. */
  setSpeed(speed: number): void {
    this.#settings = { ...this.#settings, speed };
    this.post({ type: 'speed', speed });
  }

  /** @throws {LetoError} where its data are damaged, foreign, locked or can't be written */
  get diskOpened(): Promise<void> {
    return this.#disk.opened;
  }

  /**
   * Begins a life, on the ports of the last one; resolves when it serves clients.
   * @throws {LetoError} LETO_NODE_STATE where it lives already, or what kept it from running
   */
  async start(): Promise<void> {
    if (this.isPaused) throw stateError(`${this.id} is paused; resume it, or kill it first`);
    if (this.#life || this.#repairing) throw stateError(`${this.id} is running already`);
    if (this.#disk.hasFailed) await this.#repairDisk();
    if (this.#isClosed) throw stateError(`${this.id} is about to end`);
    this.#beginLife();
    await this.#running;
  }

  /** A disk that has failed is opened anew: the user may have made room, or put data back. */
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

  /** @throws {LetoError} LETO_NODE_STATE where it is dead or paused, or dies before its answer */
  async admin(command: AdminCommand): Promise<AdminOutcome> {
    if (this.isPaused) throw stateError(`${this.id} is paused; resume it`);
    const outcome = await this.#life?.admin(command);
    if (outcome) return outcome;
    throw stateError(`${this.id} is dead; restart it`);
  }

  /** @throws {LetoError} LETO_NODE_STATE where it is dead or paused, LETO_TIMED_OUT */
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
   * Resolves once it is about to freeze: a busy node does so a little later.
   * @throws {LetoError} LETO_NODE_STATE where it is dead or paused, or dies meanwhile
   */
  async pause(): Promise<void> {
    const life = this.#life;
    if (!life) throw stateError(`${this.id} is dead; restart it`);
    if (life.isPaused) throw stateError(`${this.id} is paused already`);
    await life.pause();
    if (this.#life !== life) throw stateError(`${this.id} died before it could be paused`);
  }

  /** @throws {LetoError} LETO_NODE_STATE where it is not paused, or dies meanwhile */
  async resume(): Promise<void> {
    const life = this.#life;
    if (!life?.isPaused) throw stateError(`${this.id} is not paused`);
    await life.resume();
    if (this.#life !== life) throw stateError(`${this.id} died before it could go on`);
  }

  /** It lasts until it is set to another, through kills, restarts and mendings. */
  setDiskFault(fault: DiskFault): void {
    this.#diskFault = fault;
    this.#disk.setFault(fault);
  }

  /** @throws {LetoError} LETO_NODE_STATE where it is dead already */
  async kill(): Promise<void> {
    if (!this.#life) throw stateError(`${this.id} is dead already`);
    await this.#life.kill();
  }

  /**
   * Ends the life kindly: a leader hands over first, and no client is left in doubt.
   * @throws {LetoError} LETO_NODE_STATE where it is dead already
   */
  async stop(): Promise<void> {
    if (!this.#life) throw stateError(`${this.id} is dead already`);
    await this.#life.stop({ handsOver: true });
  }

  /** Ends the life, kindly or at once, and then the disk. No life begins after that. */
  async close(isForced: boolean): Promise<void> {
    this.#isClosed = true;
    await this.#repairing?.catch(() => {});
    if (isForced) await this.#life?.kill();
    else await this.#life?.stop({ handsOver: false });
    await this.#disk.close();
  }

  /** Ports that were free at the first start stay the node's own. */
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
