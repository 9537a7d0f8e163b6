import type { Prng } from '../../src/base/prng.js';
import { majority } from '../../src/raft/quorum.js';
import type { Network } from './network.js';
import type { SimNode } from './node.js';
import type { FaultKind, FaultSettings } from './settings.js';
import { leaderOf } from './workload.js';

/** What a fault may do to the world. */
interface Victim {
  readonly nowMs: number;
  readonly nodes: readonly SimNode[];
  readonly network: Network;
  /** Kills the node now; it comes back after a while, or after `deadMs`. */
  crash(node: SimNode, deadMs?: number): void;
  /** Takes nothing in until then. */
  pause(node: SimNode, untilMs: number): void;
  jumpClock(node: SimNode, byMs: number): void;
  tellPeerLost(node: SimNode, peer: SimNode): void;
  /** Is it outside the cluster for certain, so that its disk may be lost? */
  mayWipe(node: SimNode): boolean;
  wipe(node: SimNode): void;
  /** No other fault strikes until then. */
  leaveAlone(untilMs: number): void;
  /** Lets the leader hand over, and cuts it off when its heir campaigns. */
  handOver(leader: SimNode, heir: SimNode): void;
  /** Calls `Faults.spring` then. */
  springTrap(atMs: number): void;
}

/** Whose back an election is to be won behind, and by whose forgotten promises. */
interface Trap {
  readonly leader: SimNode;
  readonly helpers: readonly SimNode[];
}

/** Breaks what the seed has chosen to break, one thing at a time. */
export class Faults {
  readonly #prng: Prng;
  readonly #settings: FaultSettings;
  #trap: Trap | null = null;

  constructor(settings: FaultSettings, prng: Prng) {
    this.#settings = settings;
    this.#prng = prng;
  }

  draw(): FaultKind {
    return this.#prng.pick(this.#settings.kinds);
  }

  strike(kind: FaultKind, world: Victim): void {
    const prng = this.#prng;
    const victim = this.#pickVictim(world.nodes);
    const other = prng.pick(world.nodes);
    switch (kind) {
      case 'crash':
        world.crash(victim);
        break;
      case 'crashInStep':
        victim.effectsToLive = prng.below(4);
        break;
      case 'crashAtInstall':
        for (const node of world.nodes) node.diesAtInstall = true;
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
      case 'handOver':
        this.#handOver(world);
        break;
      case 'usurp':
        this.#setTrap(world);
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

  #wipe(world: Victim): void {
    const outside = world.nodes.filter((node) => node.disk.lastIndex > 0 && world.mayWipe(node));
    for (const node of outside) world.wipe(node);
  }

  /** A follower is gone for so long that the others forget what it lacks. */
  #leaveBehind(world: Victim): void {
    const leader = leaderOf(world.nodes);
    const node = this.#prng.pick(world.nodes);
    if (node === leader) return;
    const untilMs = this.#settings.electionMsMax * (1 + this.#prng.next() * 7);
    if (this.#prng.chance(0.5)) world.crash(node, untilMs);
    else world.pause(node, world.nowMs + untilMs);
  }

  /** The leader alone is cut off, and the others have the time to elect another. */
  #depose(world: Victim): void {
    const leader = leaderOf(world.nodes)?.index;
    if (leader === undefined) return;
    world.network.heal();
    world.network.cutWhere((from, to) => from === leader || to === leader);
    world.leaveAlone(world.nowMs + this.#settings.electionMsMax * (1 + this.#prng.next()));
  }

  #handOver(world: Victim): void {
    const leader = leaderOf(world.nodes);
    const voters = leader?.replica?.raftState.configuration.voters ?? [];
    const heirs = world.nodes.filter((node) => node !== leader && voters.includes(node.id));
    if (!leader || heirs.length === 0) return;
    world.network.heal();
    world.handOver(leader, this.#prng.pick(heirs));
    world.leaveAlone(world.nowMs + this.#settings.electionMsMax);
  }

  /**
   * The leader goes on being heard by a majority, but not by one node. Just before the election
   * timeout of that one the leader is cut off, and others are made to forget that they heard it.
   */
  #setTrap(world: Victim): void {
    const { nodes, network, nowMs } = world;
    const leader = leaderOf(nodes);
    const voters = leader?.replica?.raftState.configuration.voters ?? [];
    const others = nodes.filter((node) => node !== leader && voters.includes(node.id));
    const [usurper, ...helpers] = this.#prng.shuffle(others).slice(0, majority(voters.length));
    const raft = usurper?.replica?.raftState;
    if (!leader || !raft) return;
    network.heal();
    network.cut(leader.index, usurper.index);
    network.cut(usurper.index, leader.index);
    const untilDueMs = Math.max(usurper.clock.worldMsUntil(raft.electionDeadlineMs, nowMs), 0);
    const springAtMs = nowMs + untilDueMs * (1 - this.#prng.next() * 0.1);
    this.#trap = { leader, helpers };
    world.springTrap(springAtMs);
    world.leaveAlone(springAtMs + this.#settings.electionMsMax);
  }

  spring(world: Victim): void {
    const trap = this.#trap;
    this.#trap = null;
    if (!trap) return;
    const leader = trap.leader.index;
    world.network.cutWhere((from, to) => from === leader || to === leader);
    const restarts = this.#prng.chance(0.5);
    for (const helper of trap.helpers) {
      if (restarts) world.crash(helper, 0);
      else world.tellPeerLost(helper, trap.leader);
    }
  }

  #cut(kind: FaultKind, { nodes, network }: Victim, victim: number, other: number): void {
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

  /** Leaders are hit more often than their share. */
  #pickVictim(nodes: readonly SimNode[]): SimNode {
    const leader = this.#prng.chance(0.7) ? leaderOf(nodes) : null;
    return leader ?? this.#prng.pick(nodes);
  }
}
