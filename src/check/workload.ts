/** The operations that the clients of a check run draw. */

import type { ByteString, Prng } from '../base/index.js';
import type { OperationKind } from './operation.js';
import type { PlannedOperation } from './requests.js';

/** A key is replaced after this many operations: short histories are judged faster. */
const operationsPerKeyMax = 400;

/** The operations on a kind of key, with their shares in percent. */
interface KeyKind {
  readonly letter: string;
  readonly shares: readonly (readonly [kind: OperationKind, share: number])[];
}

const keyKinds: readonly KeyKind[] = [
  {
    letter: 'r',
    shares: [
      ['get', 50],
      ['set', 35],
      ['cas', 7],
      ['del', 8],
    ],
  },
  {
    letter: 'c',
    shares: [
      ['get', 42],
      ['incr', 53],
      ['del', 5],
    ],
  },
  {
    letter: 'a',
    shares: [
      ['get', 42],
      ['append', 53],
      ['del', 5],
    ],
  },
];

/** One of the keys in use. A full key name consists of the slot's name and its generation. */
interface KeySlot {
  readonly kind: KeyKind;
  readonly name: string;
  generation: number;
  operations: number;
}

/**
 * Draws operations on registers r0, r1, ... (set, cas, del), counters c0, c1, ... (incr, del) and
 * texts a0, a1, ... (append, del), with reads of all of them. No value is written twice.
 */
export class Workload {
  /** Every key that was used so far. */
  readonly keys: ByteString[] = [];
  readonly #slots: readonly KeySlot[];
  #lastValue = 0;

  /** The prefix of the key names must differ from those of earlier runs on the same cluster. */
  constructor(keyCount: number, prefix: string) {
    this.#slots = Array.from({ length: keyCount }, (_, at) => {
      const kind = keyKinds[at % keyKinds.length] as KeyKind;
      const name = `${prefix}${kind.letter}${Math.floor(at / keyKinds.length)}`;
      this.keys.push(keyOf(name, 0));
      return { kind, name, generation: 0, operations: 0 };
    });
  }

  /** Draws the next operation. */
  draw(prng: Prng): PlannedOperation {
    const slot = prng.pick(this.#slots);
    const op = drawKind(prng, slot.kind);
    return { op, key: this.#nextKey(slot), value: this.#newValue(op), expected: null };
  }

  #nextKey(slot: KeySlot): ByteString {
    if (slot.operations === operationsPerKeyMax) {
      slot.generation += 1;
      slot.operations = 0;
      this.keys.push(keyOf(slot.name, slot.generation));
    }
    slot.operations += 1;
    return keyOf(slot.name, slot.generation);
  }

  #newValue(op: OperationKind): ByteString | null {
    if (op !== 'set' && op !== 'cas' && op !== 'append') return null;
    this.#lastValue += 1;
    return op === 'append' ? `[${this.#lastValue}]` : `v${this.#lastValue}`;
  }
}

function keyOf(name: string, generation: number): ByteString {
  return `${name}.${generation}`;
}

function drawKind(prng: Prng, { shares }: KeyKind): OperationKind {
  let drawn = prng.below(100);
  for (const [kind, share] of shares) {
    if (drawn < share) return kind;
    drawn -= share;
  }
  return 'get';
}
