/**
 * Routes what happens to the nodes, and what they report, to the parts of the supervisor that need
 * it. Answers to requests are handled before, in node-life.ts.
 */

import { unreachable } from '../base/index.js';
import {
  describeEvent,
  type FromNode,
  isReady,
  type LifeEvent,
  type NodeId,
  type NodePorts,
} from '../control/index.js';
import { type Board, sharedNowMs } from './board.js';
import type { LinkFaults } from './link-faults.js';
import type { Mesh } from './mesh.js';
import type { NodeHandle, NodeLifecycleHandlers } from './node-handle.js';
import type { Death } from './node-life.js';
import type { NodeLines } from './node-lines.js';
import type { StepRequests } from './step-requests.js';
import type { Watchers } from './watchers.js';

/** The parts of the supervisor that are told. */
interface Listeners {
  readonly board: Board;
  readonly linkFaults: LinkFaults;
  readonly mesh: Mesh;
  readonly stepRequests: StepRequests;
  readonly watchers: Watchers;
  readonly lines: NodeLines;
}

export class NodeEventRouter implements NodeLifecycleHandlers {
  readonly #listeners: Listeners;
  #wasReady = false;

  constructor(listeners: Listeners) {
    this.#listeners = listeners;
  }

  onLifeStart(node: NodeHandle, isFirst: boolean): void {
    const { board, linkFaults, watchers, mesh } = this.#listeners;
    const startedAtMs = sharedNowMs();
    board.change(node.id, { state: 'starting', error: null, startedAtMs, report: null });
    this.record(node.id, { type: isFirst ? 'started' : 'restarted' });
    // The faults come first: no message may leave before they are in force.
    linkFaults.sendTo(node);
    watchers.sendTo(node);
    mesh.link(node);
  }

  onMessage(node: NodeHandle, message: FromNode): void {
    const { board, stepRequests, watchers, lines } = this.#listeners;
    const { id } = node;
    switch (message.type) {
      case 'running':
        this.#onRunning(node, message);
        break;
      case 'paused':
        board.change(id, { state: 'paused' });
        this.record(id, { type: 'paused' });
        this.#dropLiveState(id);
        break;
      case 'resumed':
        board.change(id, { state: 'running' });
        this.record(id, { type: 'resumed' });
        break;
      case 'report':
        board.change(id, { report: message.report });
        this.#maybeRecordReady();
        break;
      case 'stepReport':
        stepRequests.handleReport(message.number, message.report);
        break;
      case 'events':
        for (const event of message.events) board.record(id, event, message.atMs);
        break;
      case 'traffic':
        watchers.handleTraffic(id, message.report);
        break;
      case 'lines':
        lines.add(id, message.lines);
        break;
      case 'thread':
      case 'adminAnswered':
      case 'questionAnswered':
      case 'ended':
        // NodeLife, which sees every message first, has handled these.
        break;
      default:
        unreachable(message);
    }
  }

  onDeath({ id }: NodeHandle, death: Death): void {
    const reason = death.type === 'crashed' ? death.error.message : null;
    this.#listeners.board.change(id, { state: 'dead', error: reason, startedAtMs: null });
    this.record(
      id,
      death.type === 'crashed' ? { type: 'crashed', reason: death.error.message } : death,
    );
    this.#dropLiveState(id);
  }

  /** Records an event on the board and in the log lines of the node. */
  record(id: NodeId, lifeEvent: LifeEvent): void {
    const { board, lines } = this.#listeners;
    const event = board.record(id, lifeEvent);
    lines.add(id, [`${event.at} ${describeEvent(event)}`]);
  }

  #onRunning(node: NodeHandle, { respPort, raftPort, httpPort }: NodePorts): void {
    const { board, mesh } = this.#listeners;
    board.change(node.id, { state: 'running', respPort, raftPort, httpPort });
    mesh.exchangeAddresses(node);
  }

  #dropLiveState(id: NodeId): void {
    this.#listeners.stepRequests.cancel(id);
    this.#listeners.watchers.clearTraffic(id);
  }

  #maybeRecordReady(): void {
    const { board } = this.#listeners;
    if (this.#wasReady || !isReady(board.view)) return;
    this.#wasReady = true;
    board.record(null, { type: 'ready' });
  }
}
