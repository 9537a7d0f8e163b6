/** The faults of a simulation: what each kind does to the nodes, links, disks and clocks. */

import type { Prng } from '../../src/base/prng.js';
import { majority } from '../../src/raft/quorum.js';
import type { Network } from './network.js';
import type { SimNode } from './node.js';
import type { FaultKind, FaultSettings } from './settings.js';
import { leaderOf } from './workload.js';

/** What faults can do to the world. */
interface FaultTarget {
  readonly nowMs: number;
  readonly nodes: readonly SimNode[];
  readonly network: Network;
  /** Kills the node. It restarts after `deadMs`, by default a random time. */
  crash(node: SimNode, deadMs?: number): void;
  /** Makes the node handle no input until then. */
  pause(node: SimNode, untilMs: number): void;
  jumpClock(node: SimNode, byMs: number): void;
  tellPeerLost(node: SimNode, peer: SimNode): void;
  /** Returns whether the node has certainly left the cluster, so that its disk may be lost. */
  mayWipe(node: SimNode): boolean;
  wipe(node: SimNode): void;
  /** Prevents other faults until then. */
  leaveAlone(untilMs: number): void;
  /** Starts a leadership transfer, and cuts the leader off as the target is about to campaign. */
  transferAndCut(leader: SimNode, target: SimNode): void;
  /** Makes the node's election timer expire now. */
  campaign(node: SimNode): void;
  /** Calls `Faults.spring` at that time. */
  springTrap(atMs: number): void;
}

/** What a fault does later. */
interface Trap {
  readonly atMs: number;
  readonly act: () => void;
}

/** How often a node campaigns around the end of a lease. */
const campaignsMax = 8;

/** Applies the kinds of fault that the seed has chosen, one at a time. */
export class Faults {
  readonly #prng: Prng;
  readonly #settings: FaultSettings;
  #traps: Trap[] = [];

  constructor(settings: FaultSettings, prng: Prng) {
    this.#settings = settings;
    this.#prng = prng;
  }

  draw(): FaultKind {
    return this.#prng.pick(this.#settings.kinds);
  }

  strike(kind: FaultKind, world: FaultTarget): void {
    const prng = this.#prng;
    const victim = this.#pickVictim(world.nodes);
    const other = prng.pick(world.nodes);
    switch (kind) {
      case 'crash':
        world.crash(victim);
        break;
      case 'crashInStep':
        victim.effectsUntilCrash = prng.below(4);
        break;
      case 'crashAtInstall':
        for (const node of world.nodes) node.crashesAtInstall = true;
        break;
      case 'leaveBehind':
        this.#leaveBehind(world);
        break;
      case 'wipe':
        this.#wipe(world);
        break;
      case 'crashAll':
        for (const node of world.nodes) world.crash(node);
        break;
      case 'pause':
        world.pause(victim, world.nowMs + this.#drawLastsMs());
        break;
      case 'slowDisk':
        victim.diskSlowness = victim.diskSlowness > 1 ? 1 : prng.pick([3, 10, 40]);
        break;
      case 'clockJump':
        world.jumpClock(victim, prng.next() * this.#settings.jumpMsMax);
        break;
      case 'peerLost':
        world.tellPeerLost(victim, other);
        break;
      case 'clog':
        world.network.clog(victim.index, other.index, world.nowMs + this.#drawLastsMs());
        break;
      case 'depose':
        this.#depose(world);
        break;
      case 'transferAndCut':
        this.#transferAndCut(world);
        break;
      case 'electDuringLease':
        this.#electDuringLease(world);
        break;
      case 'electAtLeaseEnd':
        this.#electAtLeaseEnd(world);
        break;
      case 'lateTimeoutNow':
        // Cluster holds back each TimeoutNow while the seed has this kind.
        break;
      case 'heal':
        world.network.heal();
        for (const node of world.nodes) node.diskSlowness = 1;
        break;
      default:
        this.#cut(kind, world, victim.index, other.index);
    }
  }

  #drawLastsMs(): number {
    return this.#prng.next() * this.#settings.lastsMsMax;
  }

  #wipe(world: FaultTarget): void {
    const outside = world.nodes.filter((node) => node.disk.lastIndex > 0 && world.mayWipe(node));
    for (const node of outside) world.wipe(node);
  }

  /** Takes a follower away for so long that the others compact the entries that it lacks. */
  #leaveBehind(world: FaultTarget): void {
    const leader = leaderOf(world.nodes);
    const node = this.#prng.pick(world.nodes);
    if (node === leader) return;
    const untilMs = this.#settings.electionMsMax * (1 + this.#prng.next() * 7);
    if (this.#prng.chance(0.5)) world.crash(node, untilMs);
    else world.pause(node, world.nowMs + untilMs);
  }

  /** Cuts off the leader alone, and leaves the others enough time to elect another one. */
  #depose(world: FaultTarget): void {
    const leader = leaderOf(world.nodes)?.index;
    if (leader === undefined) return;
    world.network.heal();
    world.network.cutWhere((from, to) => from === leader || to === leader);
    world.leaveAlone(world.nowMs + this.#settings.electionMsMax * (1 + this.#prng.next()));
  }

  #transferAndCut(world: FaultTarget): void {
    const leader = leaderOf(world.nodes);
    const voters = leader?.replica?.raftState.configuration.voters ?? [];
    const targets = world.nodes.filter((node) => node !== leader && voters.includes(node.id));
    if (!leader || targets.length === 0) return;
    world.network.heal();
    world.transferAndCut(leader, this.#prng.pick(targets));
    world.leaveAlone(world.nowMs + this.#settings.electionMsMax);
  }

  /**
   * Tries to elect another leader while the old one still trusts its lease. One node stops hearing
   * the leader, while a majority still hears it. Just before the election timeout of that node the
   * leader is cut off, and other voters are made to forget that they heard from it.
   */
  #electDuringLease(world: FaultTarget): void {
    const { nodes, network, nowMs } = world;
    const leader = leaderOf(nodes);
    const voters = leader?.replica?.raftState.configuration.voters ?? [];
    const others = nodes.filter((node) => node !== leader && voters.includes(node.id));
    const [candidate, ...helpers] = this.#prng.shuffle(others).slice(0, majority(voters.length));
    const raft = candidate?.replica?.raftState;
    if (!leader || !raft) return;
    network.heal();
    network.cut(leader.index, candidate.index);
    network.cut(candidate.index, leader.index);
    const untilDueMs = Math.max(candidate.clock.worldMsUntil(raft.electionDeadlineMs, nowMs), 0);
    const springAtMs = nowMs + untilDueMs * (1 - this.#prng.next() * 0.1);
    this.#lay(world, springAtMs, () => {
      network.cutWhere((from, to) => from === leader.index || to === leader.index);
      const restarts = this.#prng.chance(0.5);
      for (const helper of helpers) {
        if (restarts) world.crash(helper, 0);
        else world.tellPeerLost(helper, leader);
      }
    });
    world.leaveAlone(springAtMs + this.#settings.electionMsMax);
  }

  /**
   * Cuts off the leader after a heartbeat, and lets another node campaign around the end of the
   * lease that this heartbeat gave. The answers to it may arrive late.
   */
  #electAtLeaseEnd(world: FaultTarget): void {
    const { nodes, network, nowMs } = world;
    const leader = leaderOf(nodes);
    const raft = leader?.replica?.raftState;
    const voters = raft?.configuration.voters ?? [];
    const others = nodes.filter((node) => node !== leader && voters.includes(node.id));
    const candidate = others[this.#prng.below(Math.max(others.length, 1))];
    if (!leader || !raft || !candidate) return;
    const { electionTimeoutMsMin, heartbeatIntervalMs } = raft.options;
    network.heal();
    const isLate = this.#prng.chance(0.5);
    const answeredAtMs = nowMs + this.#prng.next() * electionTimeoutMsMin;
    for (const { index } of isLate ? others : []) network.clog(index, leader.index, answeredAtMs);
    const cutAtMs = nowMs + heartbeatIntervalMs * (1 + this.#prng.next());
    this.#lay(world, cutAtMs, () => {
      network.cutWhere((from, to) => from === leader.index || (!isLate && to === leader.index));
    });
    for (let campaign = 0; campaign < campaignsMax; campaign += 1) {
      const afterMs = electionTimeoutMsMin * (0.95 + this.#prng.next() * 0.15);
      this.#lay(world, cutAtMs + afterMs, () => world.campaign(candidate));
    }
    world.leaveAlone(cutAtMs + this.#settings.electionMsMax * 2);
  }

  #lay(world: FaultTarget, atMs: number, act: () => void): void {
    this.#traps.push({ atMs, act });
    world.springTrap(atMs);
  }

  /** Carries out what is due. */
  spring(world: FaultTarget): void {
    const due = this.#traps.filter(({ atMs }) => atMs <= world.nowMs);
    this.#traps = this.#traps.filter(({ atMs }) => atMs > world.nowMs);
    for (const { act } of due) act();
  }

  #cut(kind: FaultKind, { nodes, network }: FaultTarget, victim: number, other: number): void {
    const prng = this.#prng;
    if (kind === 'isolate') {
      network.cutWhere((from, to) => from === victim || to === victim);
    } else if (kind === 'oneWay') {
      const scope = prng.below(3);
      network.cutWhere((from, to) => {
        if (scope === 0) return from === victim;
        if (scope === 1) return to === victim;
        return from === victim && to === other;
      });
    } else {
      const side = nodes.map(() => prng.chance(0.5));
      const bridge = kind === 'bridge' ? victim : -1;
      network.cutWhere((from, to) => side[from] !== side[to] && from !== bridge && to !== bridge);
    }
  }

  /** Picks the leader more often than any other node. */
  #pickVictim(nodes: readonly SimNode[]): SimNode {
    const leader = this.#prng.chance(0.7) ? leaderOf(nodes) : null;
    return leader ?? this.#prng.pick(nodes);
  }
}
