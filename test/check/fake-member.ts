/**
 * A fake member of a cluster: it holds keys and a log, and can lie about them. fake-node.ts is the
 * server below it.
 */

import {
  arrayReply,
  bulkReply,
  errorReply,
  findCommand,
  integerReply,
  type Reply,
  StateMachine,
} from '../../src/kv/index.js';
import { FakeNode } from './fake-node.js';

/** What a fake member reports about itself instead of the truth. */
export interface Fiction {
  readonly term?: number;
  readonly snapshotIndex?: number;
  /** A false command for the entry of that index. */
  readonly forged?: { readonly index: number; readonly command: string };
}

/** Answers commands as a node of a cluster does, but replicates nothing. */
export class FakeMember {
  readonly machine = new StateMachine();
  readonly log: string[] = [];
  readonly id: string;
  readonly #fiction: Fiction;

  constructor(id: string, fiction: Fiction = {}) {
    this.id = id;
    this.#fiction = fiction;
  }

  listen(): Promise<FakeNode> {
    return FakeNode.listen((args) => this.answer(args));
  }

  answer([name = '', ...args]: readonly string[]): Reply {
    if (name === 'RAFT') return args[0] === 'STATUS' ? this.#raftStatus() : this.#entries(args);
    if (name === 'SET') this.log.push(`SET ${args.join(' ')}`);
    return findCommand(name)?.run(this.machine.store, args, 0) ?? errorReply('ERR unknown command');
  }

  get #snapshotIndex(): number {
    return this.#fiction.snapshotIndex ?? 0;
  }

  #raftStatus(): Reply {
    const last = integerReply(this.log.length);
    const term = integerReply(this.#fiction.term ?? 1);
    const facts: readonly (readonly [string, Reply])[] = [
      ['id', bulkReply(this.id)],
      ['term', term],
      ['votedFor', bulkReply('n1')],
      ['lastLogIndex', last],
      ['lastLogTerm', term],
      ['commitIndex', last],
      ['lastApplied', last],
      ['snapshotIndex', integerReply(this.#snapshotIndex)],
      ['voters', arrayReply(['n1', 'n2', 'n3'].map(bulkReply))],
    ];
    return arrayReply(facts.flatMap(([fact, value]) => [bulkReply(fact), value]));
  }

  #entries([, from, to]: readonly string[]): Reply {
    const { forged } = this.#fiction;
    const kept = this.log.map((command, at) => ({ index: at + 1, command }));
    const asked = kept.filter(
      ({ index }) => index >= Number(from) && index <= Number(to) && index > this.#snapshotIndex,
    );
    return arrayReply(
      asked.map(({ index, command }) => {
        const shown = forged?.index === index ? forged.command : command;
        return arrayReply([
          integerReply(index),
          integerReply(1),
          bulkReply(shown),
          bulkReply('applied'),
        ]);
      }),
    );
  }
}
