import type { ByteString } from '../base/index.js';
import type { Reply } from './reply.js';
import type { Store } from './store.js';

/**
 * A command of the state machine. A write goes through the log and is run at each node when its
 * entry is applied, so `run` uses the store and its arguments only; a read never changes the store.
 */
export interface CommandSpec {
  /** In lower case. */
  readonly name: string;
  readonly kind: 'read' | 'write';
  /** As Redis counts: with the name; negative means "at least". */
  readonly arity: number;
  /** Positions of the keys as Redis gives them, or null where there is none. */
  readonly keys: KeyPositions | null;
  /** Refused when memory is full. */
  readonly growsMemory: boolean;
  readonly summary: string;
  /** What is wrong with the arguments whatever the store holds, so that it need not be logged. */
  readonly check?: (args: readonly ByteString[]) => Reply | null;
  readonly run: (store: Store, args: readonly ByteString[]) => Reply;
}

/** The first argument is 1; a negative `last` counts from the end. */
export interface KeyPositions {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/** A command as a client sent it: `args` are those after the name. */
export interface Command {
  readonly spec: CommandSpec;
  readonly args: readonly ByteString[];
}

export function hasRightArity(arity: number, argCount: number): boolean {
  return arity >= 0 ? argCount + 1 === arity : argCount + 1 >= -arity;
}
