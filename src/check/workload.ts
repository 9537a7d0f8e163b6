import type { ByteString, Prng } from '../base/index.js';
import type { OperationKind } from './operation.js';
import type { PlannedOperation } from './requests.js';

/** A key is left for a fresh one after so many operations: shorter histories are judged sooner. */
const operationsPerKeyMax = 400;

/** What is done to keys of a kind, and how often of a hundred times. */
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

/** One of the keys in use; its name says its kind, its place, and which key of that place it is. */
interface KeySlot {
  readonly kind: KeyKind;
  readonly name: string;
  generation: number;
  operations: number;
}

/**
 * What the clients are to do: on registers r0, r1, ... they set and get, on counters c0, c1, ... they
 * count up, and to texts a0, a1, ... they append. What is written is written once.
 */
export class Workload {
  /** Every key that was used. */
  readonly keys: ByteString[] = [];
  readonly #slots: readonly KeySlot[];
  #lastValue = 0;

  /** Names of keys begin with `prefix`, which no run on the same cluster has had. */
  constructor(keyCount: number, prefix: string) {
    this.#slots = Array.from({ length: keyCount }, (_, at) => {
      const kind = keyKinds[at % keyKinds.length] as KeyKind;
      const name = `${prefix}${kind.letter}${Math.floor(at / keyKinds.length)}`;
      this.keys.push(keyOf(name, 0));
      return { kind, name, generation: 0, operations: 0 };
    });
  }

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
