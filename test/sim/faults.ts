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
}

/** Breaks what the seed has chosen to break, one thing at a time. */
export class Faults {
  readonly #prng: Prng;
  readonly #settings: FaultSettings;

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
      case 'heal':
        world.network.heal();
        break;
      default:
        this.#cut(kind, world, victim.index, other.index);
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
    const leader = this.#prng.chance(0.5) ? leaderOf(nodes) : null;
    return leader ?? this.#prng.pick(nodes);
  }
}
