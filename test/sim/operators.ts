/** Operators who send admin commands to the nodes of a simulation. */

import type { Prng } from '../../src/base/prng.js';
import {
  type AdminCommand,
  type Configuration,
  type NodeId,
  nodeId,
} from '../../src/raft/index.js';
import { newAdminRequest, type SimAdminRequest } from './admin-request.js';
import type { SimNode } from './node.js';
import type { OperatorSettings } from './settings.js';
import { leaderOf } from './workload.js';

/** The most unanswered admin commands in the world; no more are sent meanwhile. */
const openRequestsMax = 20;

/** The id of no node. */
const unknownId = nodeId('n9');

type ChangeType = 'addVoter' | 'addLearner' | 'promote' | 'remove';

/** A type that is listed more often is drawn more often. */
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

/** Draws sensible commands, repeated ones, and ones that cannot be carried out. */
export class Operators {
  readonly #prng: Prng;
  readonly #settings: OperatorSettings;
  readonly #nodes: readonly SimNode[];

  constructor(nodes: readonly SimNode[], settings: OperatorSettings, prng: Prng) {
    this.#nodes = nodes;
    this.#settings = settings;
    this.#prng = prng;
  }

  /** Returns the next command, addressed to one node or, sometimes, to two at once. */
  draw({ voters, learners }: Configuration): SimAdminRequest[] {
    const prng = this.#prng;
    const alive = this.#nodes.filter((node) => node.replica !== null);
    const open = this.#nodes.reduce((sum, node) => sum + node.openAdminRequests.size, 0);
    if (alive.length === 0 || open >= openRequestsMax) return [];
    const command = this.#drawCommand([...voters, ...learners], learners);
    const leader = leaderOf(this.#nodes);
    const isAskedAnywhere = command.type === 'snapshot' || prng.chance(0.2);
    const requests = [
      newAdminRequest(isAskedAnywhere ? prng.pick(alive) : (leader ?? prng.pick(alive)), command),
    ];
    if (prng.chance(0.1)) requests.push(newAdminRequest(prng.pick(alive), command));
    return requests;
  }

  #drawCommand(members: readonly NodeId[], learners: readonly NodeId[]): AdminCommand {
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
    if (drawn < 0.02) return unknownId;
    if (drawn < 0.15) return prng.pick(all);
    if (type === 'remove' && drawn < 0.4 && leader) return leader.id;
    const likely = { addVoter: outside, addLearner: outside, promote: learners, remove: members };
    return prng.pick(likely[type].length > 0 ? likely[type] : all);
  }
}
