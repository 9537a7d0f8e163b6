import type { Prng } from '../../src/base/prng.js';
import type { Network } from './network.js';
import type { SimNode } from './node.js';
import type { FaultKind, FaultSettings } from './settings.js';
import { leaderOf } from './workload.js';

/** What a fault may do to the world. */
export interface Victim {
  readonly nowMs: number;
  readonly nodes: readonly SimNode[];
  readonly network: Network;
  /** Kills the node now; it comes back after a while. */
  crash(node: SimNode, restartsAfterMs: number): void;
  /** Takes nothing in until then. */
  pause(node: SimNode, untilMs: number): void;
  tellPeerLost(node: SimNode, peer: SimNode): void;
  /** Calls `Faults.spring` then. */
  springTrap(atMs: number): void;
}

/** Who is to win an election behind the leader's back, and with whose forgotten promise. */
interface Trap {
  readonly leader: SimNode;
  readonly usurper: SimNode;
  readonly helper: SimNode;
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

  strike(world: Victim): FaultKind {
    const kind = this.#prng.pick(this.#settings.kinds);
    this.#strike(kind, world);
    return kind;
  }

  /** How long a node that died stays dead: often not at all. */
  drawDeadMs(): number {
    return this.#prng.chance(0.3) ? 0 : this.#drawLastsMs();
  }

  #drawLastsMs(): number {
    return this.#prng.next() * this.#settings.lastsMsMax;
  }

  #strike(kind: FaultKind, world: Victim): void {
    const prng = this.#prng;
    const victim = this.#pickVictim(world.nodes);
    const other = prng.pick(world.nodes);
    switch (kind) {
      case 'crash':
        world.crash(victim, this.drawDeadMs());
        break;
      case 'crashInStep':
        victim.effectsToLive = prng.below(4);
        break;
      case 'crashAll':
        for (const node of world.nodes) world.crash(node, this.drawDeadMs());
        break;
      case 'pause':
        world.pause(victim, world.nowMs + this.#drawLastsMs());
        break;
      case 'slowDisk':
        victim.diskSlowness = victim.diskSlowness > 1 ? 1 : prng.pick([5, 20, 100]);
        break;
      case 'peerLost':
        world.tellPeerLost(victim, other);
        break;
      case 'clog':
        world.network.clog(victim.index, other.index, world.nowMs + this.#drawLastsMs());
        break;
      case 'usurp':
        this.#setTrap(world);
        break;
      case 'heal':
        world.network.heal();
        break;
      default:
        this.#cut(kind, world, victim.index, other.index);
    }
  }

  /**
   * The leader goes on being heard by a majority, but for one node. Just before that one's election
   * timeout the leader is cut off, and another node is made to forget that it has heard it.
   */
  #setTrap(world: Victim): void {
    const leader = leaderOf(world.nodes);
    const [usurper, helper] = this.#prng.shuffle(world.nodes.filter((node) => node !== leader));
    const raft = usurper?.replica?.raft;
    if (!leader || !usurper || !helper || !raft) return;
    this.#trap = { leader, usurper, helper };
    world.network.cut(leader.index, usurper.index);
    if (this.#prng.chance(0.5)) world.network.cut(usurper.index, leader.index);
    const untilDueMs = usurper.clock.worldMsUntil(raft.electionDeadlineMs, world.nowMs);
    world.springTrap(world.nowMs + Math.max(untilDueMs, 0) * (1 - this.#prng.next() * 0.1));
  }

  spring(world: Victim): void {
    const trap = this.#trap;
    this.#trap = null;
    if (!trap) return;
    const leader = trap.leader.index;
    world.network.cutWhere((from, to) => from === leader || to === leader);
    if (this.#prng.chance(0.5)) world.crash(trap.helper, 0);
    else world.tellPeerLost(trap.helper, trap.leader);
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
