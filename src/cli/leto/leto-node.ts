/**
 * Runs one node as the process `leto`: starts its disk thread, joins or creates the cluster, and
 * hands leadership over at the end. The protocol of joining is in join.ts, what the flags mean in
 * plan.ts.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { LetoError } from '../../base/index.js';
import { DiskThreadHandle } from '../../cluster/index.js';
import {
  type Address,
  ClusterClock,
  type FromNode,
  formatAddress,
  type NodePorts,
  type NodeReport,
} from '../../control/index.js';
import {
  clusterIdIn,
  type Node,
  realNowMs,
  startNode,
  untilAllAreBlank,
} from '../../node/index.js';
import type { Closable } from '../shell/process-shutdown.js';
import { keepFindingMembers } from './find-members.js';
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

/** How long a node asks to join before it gives up. */
const joinMsMax = 60_000;
/** How long a leader tries to hand over leadership before it stops. */
const handOverMsMax = 3000;

export class LetoNode implements Closable {
  readonly #plan: LetoPlan;
  readonly #log: LetoLog;
  readonly #signal: AbortSignal;
  readonly #forced = new AbortController();
  /** Aborted when the node begins to close. */
  readonly #closing = new AbortController();
  readonly #joinDeadlineMs = performance.now() + joinMsMax;
  #disk: DiskThreadHandle | null = null;
  #node: Node | null = null;
  #ports: NodePorts | null = null;
  #report: NodeReport | null = null;
  #started: Promise<void> = Promise.resolve();
  #closed: Promise<void> | null = null;
  #fail: (error: unknown) => void = () => {};
  /** Never resolves; rejects with the error that crashed the node. */
  readonly failed: Promise<never>;

  /** `signal` aborts what `start` waits for; the caller must still call `close` then. */
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
   * Resolves when the node serves clients and, with -join, is a voter.
   * @throws {LetoError} LETO_DATA_..., LETO_PORT_TAKEN, LETO_BAD_OPTION, LETO_TIMED_OUT, or
   * LETO_NODE_STATE
   */
  start(): Promise<void> {
    this.#started = this.#begin();
    return this.#started;
  }

  /** Rejects `failed` with the error and closes the node by force. */
  crash(error: unknown): void {
    this.#fail(error);
    void this.close({ force: true });
  }

  /** Stops the node. A leader hands over leadership first, unless `force` is set. */
  async close({ force }: { readonly force: boolean }): Promise<void> {
    this.#closing.abort();
    if (force) this.#forced.abort();
    this.#closed ??= this.#end();
    await this.#closed;
  }

  async #begin(): Promise<void> {
    const clusterId = await this.#findClusterId();
    this.#signal.throwIfAborted();
    const node = await this.#serve(clusterId);
    void this.#keepFindingMembers(node, clusterId);
    await this.#join();
  }

  async #end(): Promise<void> {
    await this.#started.catch(() => {});
    if (this.#node) await this.#handOver(this.#node);
    await this.#node?.stop();
    await this.#disk?.close();
  }

  /** Gives up after a while: the others elect a leader even when the successor does not answer. */
  async #handOver(node: Node): Promise<void> {
    const { signal } = this.#forced;
    if (signal.aborted) return;
    const timedOut = setTimeout(handOverMsMax, null, { signal }).catch(() => {});
    await Promise.race([node.handOver(), timedOut]);
    this.#forced.abort();
  }

  /** Returns the cluster id of the data; without data, that of the cluster to join or to create. */
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

  /** Accepts a member that does not answer: a node that has data starts without its help. */
  async #checkCluster(own: string, join: MemberEndpoint): Promise<void> {
    const signal = this.#signal;
    const joined = await askForCluster(join, { retryMsMax: 0, signal }).catch(() => null);
    if (joined === null || joined === own) return;
    throw otherClusterDataError(this.#plan.folder, formatAddress(join));
  }

  /** Waits for all other members, since a static cluster is created by all of them together. */
  async #waitForMembers({ clusterId, members }: StaticCluster): Promise<string> {
    const { id, folder } = this.#plan;
    const others = [...members].filter(([member]) => member !== id);
    if (others.length === 0) return clusterId;
    const places = others.map(([other, address]) => `${other} at ${formatAddress(address)}`);
    this.#log.notice(
      `${id} has no data in ${folder} yet: it waits until the other members run with the same ` +
        `--cluster (${places.join(', ')})`,
    );
    await untilAllAreBlank(toLetoNodeSettings(this.#plan, clusterId), members, {
      signal: this.#signal,
      onPeerUnreachable: (reason) => this.#log.notice(`${id} ${reason}`),
    });
    return clusterId;
  }

  #keepFindingMembers(node: Node, clusterId: string): Promise<void> {
    return keepFindingMembers({
      clusterId,
      signal: this.#closing.signal,
      hasLeader: () => this.#report !== null && this.#report.leader !== null,
      endpoints: () => this.#knownEndpoints(node),
      onFound: (addresses) => node.lookForMembers(addresses),
    });
  }

  /** Where other members serve clients, as far as this node was told. */
  #knownEndpoints({ clientAddresses }: Node): MemberEndpoint[] {
    const { id, protection } = this.#plan;
    const others = [...clientAddresses].filter(([member]) => member !== id);
    const told = others.map(([, address]) => ({ ...address, ...protection }));
    return this.#joinMember ? [this.#joinMember, ...told] : told;
  }

  async #serve(clusterId: string): Promise<Node> {
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
      clock: ClusterClock.create(1, realNowMs),
    });
    this.#log.notice(`${id} is running: ${this.#addressesText()}, data in ${folder}`);
    return this.#node;
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
      this.#log.notice(`${id} asks ${formatAddress(join)} to join its cluster`);
      await askToJoin(join, { id, raft: advertised.raft }, this.#retryLimits);
      this.#log.notice(`${id} has joined the cluster`);
    } else {
      this.#log.notice(`${id} is not in a cluster yet: start it again with -join`);
    }
  }

  /** The member to join through. All members of a cluster share the password and TLS files. */
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

  /** Logs that the node has left the cluster. It keeps running, so that it can be inspected. */
  #noticeRemoval(report: NodeReport): void {
    const { id } = this.#plan;
    const isIn = ({ voters, learners }: NodeReport) => [...voters, ...learners].includes(id);
    const wasIn = this.#report === null || isIn(this.#report);
    if (wasIn && !isIn(report) && report.voters.length > 0) {
      this.#log.notice(
        `${id} has left the cluster: it keeps running but receives no new entries; ` +
          `send JOIN ${formatAddress(this.#plan.advertised.raft)} ${id} to a member to bring it back`,
      );
    }
    this.#report = report;
  }
}

/** Returns the first configuration; a node that joins gets its configuration from the leader. */
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
    `${folder} holds data of another cluster than ${flag}; choose another -raftdir, or ` +
    'start with the flags that it was created with';
  return new LetoError('LETO_DATA_FOREIGN', message);
}

function otherClusterError(join: Address): LetoError {
  const message = `${formatAddress(join)} belongs to another cluster than --cluster; correct one of them`;
  return new LetoError('LETO_DATA_FOREIGN', message);
}

/** A voter that has lost its data could vote twice in one term (3.8). */
function alreadyMemberError({ id, folder }: LetoPlan): LetoError {
  const message =
    `${id} is already a member of that cluster, but its data is not in ${folder}; give the ` +
    `-raftdir that holds it, choose another -id, or send LEAVE ${id} to a member first`;
  return new LetoError('LETO_NODE_STATE', message);
}
