import {
  array,
  bulk,
  error,
  findCommand,
  integer,
  Machine,
  type Reply,
} from '../../src/kv/index.js';
import { FakeNode } from './fake-node.js';

/** What a fake member says of itself instead of the truth. */
export interface Fiction {
  readonly term?: number;
  readonly snapshotIndex?: number;
  /** The command of that entry of its log. */
  readonly forged?: { readonly index: number; readonly command: string };
}

/** A server that holds keys and a log as a node of a cluster does, without a cluster. */
export class FakeMember {
  readonly machine = new Machine();
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
    if (name === 'RAFT') return args[0] === 'STATUS' ? this.#standing() : this.#entries(args);
    if (name === 'SET') this.log.push(`SET ${args.join(' ')}`);
    return findCommand(name)?.run(this.machine.store, args) ?? error('ERR unknown command');
  }

  get #snapshotIndex(): number {
    return this.#fiction.snapshotIndex ?? 0;
  }

  #standing(): Reply {
    const last = integer(this.log.length);
    const term = integer(this.#fiction.term ?? 1);
    const facts: readonly (readonly [string, Reply])[] = [
      ['id', bulk(this.id)],
      ['term', term],
      ['votedFor', bulk('n1')],
      ['lastLogIndex', last],
      ['lastLogTerm', term],
      ['commitIndex', last],
      ['lastApplied', last],
      ['snapshotIndex', integer(this.#snapshotIndex)],
      ['voters', array(['n1', 'n2', 'n3'].map(bulk))],
    ];
    return array(facts.flatMap(([fact, value]) => [bulk(fact), value]));
  }

  #entries([, from, to]: readonly string[]): Reply {
    const { forged } = this.#fiction;
    const kept = this.log.map((command, at) => ({ index: at + 1, command }));
    const asked = kept.filter(
      ({ index }) => index >= Number(from) && index <= Number(to) && index > this.#snapshotIndex,
    );
    return array(
      asked.map(({ index, command }) => {
        const shown = forged?.index === index ? forged.command : command;
        return array([integer(index), integer(1), bulk(shown), bulk('applied')]);
      }),
    );
  }
}
