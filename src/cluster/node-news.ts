import { unreachable } from '../base/index.js';
import {
  describeEvent,
  type FromNode,
  isReady,
  type LifeEvent,
  type NodeId,
  type NodePorts,
} from '../control/index.js';
import type { Board } from './board.js';
import type { LinkFaults } from './link-faults.js';
import type { Mesh } from './mesh.js';
import type { NodeHandle, NodeHandlers } from './node-handle.js';
import type { Death } from './node-life.js';
import type { NodeLines } from './node-lines.js';
import type { Standings } from './standings.js';
import type { Watch } from './watch.js';

/** Who wants to know how the nodes are. */
interface Hearers {
  readonly board: Board;
  readonly linkFaults: LinkFaults;
  readonly mesh: Mesh;
  readonly standings: Standings;
  readonly watch: Watch;
  readonly lines: NodeLines;
}

/** What happens to the nodes and what they say, told to those whom it concerns. */
export class NodeNews implements NodeHandlers {
  readonly #hearers: Hearers;
  #wasReady = false;

  constructor(hearers: Hearers) {
    this.#hearers = hearers;
  }

  onBegin(node: NodeHandle, isFirst: boolean): void {
    const { board, linkFaults, watch, mesh } = this.#hearers;
    const startedAtMs = Date.now();
    board.change(node.id, { state: 'starting', error: null, startedAtMs, report: null });
    this.record(node.id, { type: isFirst ? 'started' : 'restarted' });
    // Before it knows its peers: no message gets past a fault.
    linkFaults.tell(node);
    watch.tell(node);
    mesh.link(node);
  }

  onMessage(node: NodeHandle, message: FromNode): void {
    const { board, standings, watch, lines } = this.#hearers;
    const { id } = node;
    switch (message.type) {
      case 'running':
        this.#onRunning(node, message);
        break;
      case 'paused':
        board.change(id, { state: 'paused' });
        this.record(id, { type: 'paused' });
        this.#fallSilent(id);
        break;
      case 'resumed':
        board.change(id, { state: 'running' });
        this.record(id, { type: 'resumed' });
        break;
      case 'report':
        board.change(id, { report: message.report });
        this.#maybeBecomeReady();
        break;
      case 'stood':
        standings.hear(message.number, message.standing);
        break;
      case 'events':
        for (const event of message.events) board.record(id, event, message.atMs);
        break;
      case 'traffic':
        watch.hear(id, message.report);
        break;
      case 'lines':
        lines.add(id, message.lines);
        break;
      case 'thread':
      case 'orderAnswered':
      case 'questionAnswered':
      case 'ended':
        // These are for the life of the node, which hears every message first.
        break;
      default:
        unreachable(message);
    }
  }

  onDeath({ id }: NodeHandle, death: Death): void {
    const reason = death.type === 'crashed' ? death.error.message : null;
    this.#hearers.board.change(id, { state: 'dead', error: reason, startedAtMs: null });
    this.record(
      id,
      death.type === 'crashed' ? { type: 'crashed', reason: death.error.message } : death,
    );
    this.#fallSilent(id);
  }

  /** What happens to a node from outside stands in its log too. */
  record(id: NodeId, happening: LifeEvent): void {
    const { board, lines } = this.#hearers;
    const event = board.record(id, happening);
    lines.add(id, [`${event.at} ${describeEvent(event)}`]);
  }

  #onRunning(node: NodeHandle, { respPort, raftPort, httpPort }: NodePorts): void {
    const { board, mesh } = this.#hearers;
    board.change(node.id, { state: 'running', respPort, raftPort, httpPort });
    mesh.introduce(node);
  }

  #fallSilent(id: NodeId): void {
    this.#hearers.standings.lose(id);
    this.#hearers.watch.silence(id);
  }

  #maybeBecomeReady(): void {
    const { board } = this.#hearers;
    if (this.#wasReady || !isReady(board.view)) return;
    this.#wasReady = true;
    board.record(null, { type: 'ready' });
  }
}
