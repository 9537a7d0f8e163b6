/**
 * A node of a scenario: Raft and its disk around a small state machine of keys and values, which
 * reports each line of the transcript.
 */

import type { LeadershipProof, Message } from '../../src/raft/index.js';
import { Node, type NodeSetup } from '../raft/node.js';
import { describeEvent, describeLog, describeMessage } from './describe.js';

interface PendingRead {
  readonly readId: number;
  readonly key: string;
}

export class ScenarioNode extends Node {
  /** True while a write waits for `sync`. */
  isDiskSlow = false;
  readonly #tell: (line: string) => void;
  #values = new Map<string, string>();
  #reads: PendingRead[] = [];
  #lastReadId = 0;
  /** How much of what the node has done is in the transcript already. */
  #told = { events: 0, committed: 0, restored: 0, log: '', term: 0, isWriting: false };

  constructor(setup: NodeSetup, tell: (line: string) => void) {
    super(setup);
    this.#tell = tell;
    this.#beginLife();
  }

  /** The state machine's contents, such as `x=1 y=2`. */
  get values(): string {
    return [...this.#values].map(([key, value]) => `${key}=${value}`).join(' ');
  }

  /** The chunks of a snapshot of the state, with one key each. */
  get chunks(): readonly string[] {
    return this.#values.size === 0 ? [';'] : this.values.split(' ').map((pair) => `${pair};`);
  }

  override step(...messages: readonly Message[]): void {
    for (const message of messages) {
      this.#tell(`${this.id} <- ${describeMessage(message)}`);
      super.step(message);
    }
  }

  override run(): Message[] {
    const sent = this.isDiskSlow ? this.#runWithoutDisk() : super.run();
    this.#apply();
    this.#tellEvents();
    this.#answerReads();
    return sent;
  }

  #runWithoutDisk(): Message[] {
    const sent = [...this.take()];
    while (this.state.lastApplied < this.state.commitIndex) sent.push(...this.take());
    if (this.isWriting && !this.#told.isWriting) this.#tell(`${this.id} starts a disk write`);
    this.#told.isWriting = this.isWriting;
    return sent;
  }

  override sync(): void {
    super.sync();
    if (this.isDiskSlow) this.#tell(`${this.id} completes the disk write`);
    this.#told.isWriting = false;
  }

  /** Crashes and restarts the node: what is not on the disk is lost. */
  override restart(): void {
    super.restart();
    this.#beginLife();
  }

  read(key: string, proof: LeadershipProof): void {
    this.#lastReadId += 1;
    this.#reads.push({ readId: this.#lastReadId, key });
    this.raft.requestRead(this.#lastReadId, proof);
  }

  /** Reports the log and commitIndex if they have changed since the last report. */
  tellLog(): void {
    const log = describeLog(this.state);
    if (log !== this.#told.log) this.#tell(`${this.id} ${log}`);
    this.#told.log = log;
  }

  #beginLife(): void {
    const { events, state } = this;
    const log = describeLog(state);
    const term = state.currentTerm;
    this.#told = { events: events.length, committed: 0, restored: 0, log, term, isWriting: false };
    this.#reads = [];
    this.#restore(this.store.chunks.map(({ data }) => data).join(''));
  }

  #restore(data: string): void {
    const pairs = data.split(';').filter((pair) => pair !== '');
    this.#values = new Map(pairs.map((pair) => pair.split('=') as [string, string]));
  }

  /** Applies a leader's snapshot first, since it covers what was committed before it. */
  #apply(): void {
    const { restored, committed } = this;
    const data = restored[this.#told.restored];
    const hasRestored = data !== undefined;
    if (hasRestored) this.#restore(data);
    for (const entry of committed.slice(this.#told.committed)) {
      if (hasRestored && entry.index <= this.state.snapshot.index) continue;
      const [word, key = '', value = ''] = entry.data.split(' ');
      if (entry.kind === 'command' && word === 'set') this.#values.set(key, value);
    }
    this.#told.restored = restored.length;
    this.#told.committed = committed.length;
  }

  #tellEvents(): void {
    const { currentTerm } = this.state;
    const news = this.events.slice(this.#told.events);
    const saysTerm = news.some((event) => 'term' in event && event.term === currentTerm);
    if (currentTerm !== this.#told.term && !saysTerm) {
      this.#tell(`${this.id} enters term ${currentTerm}`);
    }
    for (const event of news) this.#tell(`${this.id} ${describeEvent(event)}`);
    this.#told.term = currentTerm;
    this.#told.events = this.events.length;
  }

  #answerReads(): void {
    this.#reads = this.#reads.filter(({ readId, key }) => {
      const result = this.readResults.find((candidate) => candidate.readId === readId);
      if (!result) return true;
      if (result.index === null) {
        this.#tell(`${this.id} cannot read ${key}: no leader is known`);
        return false;
      }
      if (this.state.lastApplied < result.index) return true;
      const value = this.#values.get(key) ?? 'nothing';
      this.#tell(`${this.id} reads ${key}: ${value} (as of index ${result.index})`);
      return false;
    });
  }
}
