import type { Prng } from '../../src/base/prng.js';
import { type Configuration, type NodeId, nodeId } from '../../src/raft/index.js';
import { newOrder, type Order, type SimOrder } from './admin-request.js';
import type { SimNode } from './node.js';
import type { OperatorSettings } from './settings.js';
import { leaderOf } from './workload.js';

/** Orders without an answer in the whole world; more are not given. */
const openOrdersMax = 20;

/** No node has this name. */
const stranger = nodeId('n9');

type ChangeType = 'addVoter' | 'addLearner' | 'promote' | 'remove';

/** Those that stand here more often are drawn more often. */
const changeTypes: readonly ChangeType[] = [
  'addVoter',
  'addVoter',
  'addVoter',
  'addLearner',
  'promote',
  'remove',
  'remove',
  'remove',
];

/** People who give orders: sensible ones, repeated ones, and ones that can't be carried out. */
export class Operators {
  readonly #prng: Prng;
  readonly #settings: OperatorSettings;
  readonly #nodes: readonly SimNode[];

  constructor(nodes: readonly SimNode[], settings: OperatorSettings, prng: Prng) {
    this.#nodes = nodes;
    this.#settings = settings;
    this.#prng = prng;
  }

  /** The next order, to one node or, by an operator who can't wait, to two. */
  draw({ voters, learners }: Configuration): SimOrder[] {
    const prng = this.#prng;
    const alive = this.#nodes.filter((node) => node.replica !== null);
    const open = this.#nodes.reduce((sum, node) => sum + node.openOrders.size, 0);
    if (alive.length === 0 || open >= openOrdersMax) return [];
    const order = this.#drawOrder([...voters, ...learners], learners);
    const leader = leaderOf(this.#nodes);
    const isAskedAnywhere = order.type === 'snapshot' || prng.chance(0.2);
    const orders = [
      newOrder(isAskedAnywhere ? prng.pick(alive) : (leader ?? prng.pick(alive)), order),
    ];
    if (prng.chance(0.1)) orders.push(newOrder(prng.pick(alive), order));
    return orders;
  }

  #drawOrder(members: readonly NodeId[], learners: readonly NodeId[]): Order {
    const prng = this.#prng;
    switch (prng.pick(this.#settings.kinds)) {
      case 'snapshot':
        return { type: 'snapshot' };
      case 'transfer':
        return { type: 'transfer', target: prng.pick(this.#nodes).id };
      case 'membership': {
        const type = prng.pick(changeTypes);
        return { type, id: this.#drawId(type, members, learners) };
      }
    }
  }

  #drawId(type: ChangeType, members: readonly NodeId[], learners: readonly NodeId[]): NodeId {
    const prng = this.#prng;
    const all = this.#nodes.map(({ id }) => id);
    const leader = leaderOf(this.#nodes);
    const outside = all.filter((id) => !members.includes(id));
    const drawn = prng.next();
    if (drawn < 0.02) return stranger;
    if (drawn < 0.15) return prng.pick(all);
    if (type === 'remove' && drawn < 0.4 && leader) return leader.id;
    const likely = { addVoter: outside, addLearner: outside, promote: learners, remove: members };
    return prng.pick(likely[type].length > 0 ? likely[type] : all);
  }
}
