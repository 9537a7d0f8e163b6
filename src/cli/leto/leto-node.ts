import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { LetoError } from '../../base/index.js';
import { DiskThreadHandle } from '../../cluster/index.js';
import {
  type Address,
  type FromNode,
  formatAddress,
  type NodePorts,
  type NodeReport,
} from '../../control/index.js';
import { clusterIdIn, type Node, startNode, untilAllAreBlank } from '../../node/index.js';
import type { Closable } from '../shell/process-shutdown.js';
import {
  askForCluster,
  askForMembers,
  askToJoin,
  type MemberEndpoint,
  type RetryLimits,
} from './join.js';
import type { LetoLog } from './log.js';
import { type LetoPlan, toLetoNodeSettings } from './plan.js';
import type { StaticCluster } from './static-members.js';

const diskWorker = new URL('../../storage/disk-worker.js', import.meta.url);

/** So long a node asks to be let in. */
const joinMsMax = 60_000;
/** So long a leader tries to hand over before it ends. */
const handOverMsMax = 3000;

/** A node as a process of its own: its thread is this one, and beside it runs its disk. */
export class LetoNode implements Closable {
  readonly #plan: LetoPlan;
  readonly #log: LetoLog;
  readonly #signal: AbortSignal;
  readonly #forced = new AbortController();
  readonly #joinDeadlineMs = performance.now() + joinMsMax;
  #disk: DiskThreadHandle | null = null;
  #node: Node | null = null;
  #ports: NodePorts | null = null;
  #report: NodeReport | null = null;
  #started: Promise<void> = Promise.resolve();
  #closed: Promise<void> | null = null;
  #fail: (error: unknown) => void = () => {};
  /** Rejects with what ends the node against its will. */
  readonly failed: Promise<never>;

  /** The signal ends what its start waits for; what is begun by then is to be closed. */
  constructor(plan: LetoPlan, log: LetoLog, signal: AbortSignal) {
    this.#plan = plan;
    this.#log = log;
    this.#signal = signal;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failed.catch(() => {});
  }

  /**
   * Resolves when it serves clients and, where it was told to join, when it is a voter.
   * @throws {LetoError} LETO_DATA_..., LETO_PORT_TAKEN, LETO_BAD_OPTION, LETO_TIMED_OUT, or
   * LETO_NODE_STATE
   */
  start(): Promise<void> {
    this.#started = this.#begin();
    return this.#started;
  }

  /** Nothing is promised from here on. */
  crash(error: unknown): void {
    this.#fail(error);
    void this.close({ force: true });
  }

  /** A leader hands over first, unless it is forced. */
  async close({ force }: { readonly force: boolean }): Promise<void> {
    if (force) this.#forced.abort();
    this.#closed ??= this.#end();
    await this.#closed;
  }

  async #begin(): Promise<void> {
    const clusterId = await this.#findClusterId();
    this.#signal.throwIfAborted();
    await this.#serve(clusterId);
    await this.#join();
  }

  async #end(): Promise<void> {
    await this.#started.catch(() => {});
    if (this.#node) await this.#handOver(this.#node);
    await this.#node?.stop();
    await this.#disk?.close();
  }

  /** The others choose a leader without it, if the one that is to follow does not answer. */
  async #handOver(node: Node): Promise<void> {
    const { signal } = this.#forced;
    if (signal.aborted) return;
    const timedOut = setTimeout(handOverMsMax, null, { signal }).catch(() => {});
    await Promise.race([node.handOver(), timedOut]);
    this.#forced.abort();
  }

  /** That of its data; without any, that which it is to join or to begin. */
  async #findClusterId(): Promise<string> {
    const { folder, id, cluster } = this.#plan;
    const join = this.#joinMember;
    const own = await clusterIdIn(folder);
    if (own !== null) {
      if (cluster && cluster.clusterId !== own) throw otherClusterDataError(folder, '--cluster');
      if (join) await this.#checkCluster(own, join);
      return own;
    }
    if (!join) return cluster ? this.#waitForMembers(cluster) : randomUUID();
    const clusterId = await askForCluster(join, this.#retryLimits);
    if (cluster && cluster.clusterId !== clusterId) throw otherClusterError(join);
    const members = await askForMembers(join, this.#retryLimits);
    if (members.includes(id)) throw alreadyMemberError(this.#plan);
    return clusterId;
  }

  /** Whoever is to tell may be down: a node that has data comes back without. */
  async #checkCluster(own: string, join: MemberEndpoint): Promise<void> {
    const signal = this.#signal;
    const asked = await askForCluster(join, { retryMsMax: 0, signal }).catch(() => null);
    if (asked === null || asked === own) return;
    throw otherClusterDataError(this.#plan.folder, formatAddress(join));
  }

  /** In its first start a member of a static cluster waits for all others. */
  async #waitForMembers({ clusterId, members }: StaticCluster): Promise<string> {
    const { id, folder } = this.#plan;
    const others = [...members].filter(([member]) => member !== id);
    if (others.length === 0) return clusterId;
    const places = others.map(([other, address]) => `${other} at ${formatAddress(address)}`);
    this.#log.notice(
      `${id} has no data in ${folder} yet: it begins when the others run too, with the same ` +
        `--cluster (${places.join(', ')})`,
    );
    await untilAllAreBlank(toLetoNodeSettings(this.#plan, clusterId), members, {
      signal: this.#signal,
      onPeerUnreachable: (reason) => this.#log.notice(`${id} ${reason}`),
    });
    return clusterId;
  }

  async #serve(clusterId: string): Promise<void> {
    const { folder, id } = this.#plan;
    const options = { folder, clusterId, nodeId: id, isNew: true, ...initialMembers(this.#plan) };
    this.#disk = new DiskThreadHandle(diskWorker, options);
    await this.#disk.opened;
    const { port1, port2 } = new MessageChannel();
    this.#disk.attach(port1);
    this.#node = await startNode(toLetoNodeSettings(this.#plan, clusterId), port2, {
      post: (message) => this.#handleNodeMessage(message),
      onDiskFailed: (error) => this.crash(error),
      observer: this.#log,
    });
    this.#log.notice(`${id} runs: ${this.#addressesText()}, data in ${folder}`);
  }

  #addressesText(): string {
    const { listen, http, advertised } = this.#plan;
    const { respPort } = this.#ports ?? { respPort: listen.port };
    return [
      `clients at ${formatAddress({ ...listen, port: respPort })}`,
      ...(http ? [`HTTP at ${formatAddress(http)}`] : []),
      `peers at ${formatAddress(advertised.raft)}`,
    ].join(', ');
  }

  async #join(): Promise<void> {
    const { id, advertised } = this.#plan;
    const join = this.#joinMember;
    const { voters = [], learners = [] } = this.#report ?? {};
    if (voters.length > 0 && !learners.includes(id)) return;
    if (join) {
      this.#log.notice(`${id} asks ${formatAddress(join)} to let it join`);
      await askToJoin(join, { id, raft: advertised.raft }, this.#retryLimits);
      this.#log.notice(`${id} has joined`);
    } else {
      this.#log.notice(`${id} is in no cluster yet: start it with -join`);
    }
  }

  /** Whom it is to join by: the members of a cluster let in by the same means. */
  get #joinMember(): MemberEndpoint | null {
    const { join, protection } = this.#plan;
    return join && { ...join, ...protection };
  }

  get #retryLimits(): RetryLimits {
    return { retryMsMax: this.#joinDeadlineMs - performance.now(), signal: this.#signal };
  }

  #handleNodeMessage(message: FromNode): void {
    if (message.type === 'running') this.#ports = message;
    if (message.type === 'report') this.#noticeRemoval(message.report);
    if (message.type !== 'events') return;
    for (const event of message.events) this.#log.event(event);
  }

  /** A node that has left stays up, as there may be reasons to look at it. */
  #noticeRemoval(report: NodeReport): void {
    const { id } = this.#plan;
    const isIn = ({ voters, learners }: NodeReport) => [...voters, ...learners].includes(id);
    const wasIn = this.#report === null || isIn(this.#report);
    if (wasIn && !isIn(report) && report.voters.length > 0) {
      this.#log.notice(
        `${id} has left the cluster: it runs on, but takes no part and gets nothing new; ` +
          `send JOIN ${formatAddress(this.#plan.advertised.raft)} ${id} to a member to bring it back`,
      );
    }
    this.#report = report;
  }
}

/** The first configuration; a node that is to join gets its from the leader. */
function initialMembers({ id, join, cluster, advertised }: LetoPlan) {
  if (join) return { voters: [] };
  const members = cluster?.members ?? new Map([[id, advertised.raft]]);
  const addresses = Object.fromEntries(
    [...members].map(([member, address]) => [member, formatAddress(address)]),
  );
  return { voters: [...members.keys()], addresses };
}

function otherClusterDataError(folder: string, flag: string): LetoError {
  const message =
    `${folder} is data of another cluster than that of ${flag}; choose another -raftdir, or ` +
    'start with the flags that it was made with';
  return new LetoError('LETO_DATA_FOREIGN', message);
}

function otherClusterError(join: Address): LetoError {
  const message = `${formatAddress(join)} is of another cluster than that of --cluster; correct one of them`;
  return new LetoError('LETO_DATA_FOREIGN', message);
}

/** An emptied voter would vote against its own promises (3.8). */
function alreadyMemberError({ id, folder }: LetoPlan): LetoError {
  const message =
    `${id} is a member of that cluster already, and its data are not in ${folder}; give the ` +
    `-raftdir that holds them, choose another -id, or send LEAVE ${id} to a member first`;
  return new LetoError('LETO_NODE_STATE', message);
}
