/**
 * The shape of a command of the state machine. Commands that only concern a connection or the
 * cluster (AUTH, JOIN, RAFT) are not among them; they are in src/server/commands.
 */

import type { ByteString } from '../base/index.js';
import type { Reply } from './reply.js';
import type { Store } from './store.js';

/**
 * A command of the state machine. Every node runs a write when it applies the entry, so `run` must
 * depend on the store and the arguments alone. A read must not change the store.
 */
export interface CommandSpec {
  /** The name in lower case. */
  readonly name: string;
  readonly kind: 'read' | 'write';
  /** The number of arguments as Redis counts it: including the name; negative means "at least". */
  readonly arity: number;
  /** The positions of the keys as Redis gives them. Null when the command names no key. */
  readonly keys: KeyPositions | null;
  /** True when the command may grow the store, so that it is refused once memory is full. */
  readonly growsMemory: boolean;
  readonly summary: string;
  /**
   * Returns an error reply when the arguments are invalid whatever the store holds, so that such a
   * command is refused before it is logged. Null when they may be valid.
   */
  readonly check?: (args: readonly ByteString[]) => Reply | null;
  /** `nowMs` is the log time: that of the entry, or for a read by now. */
  readonly run: (store: Store, args: readonly ByteString[], nowMs: number) => Reply;
}

/**
 * Positions of keys among the arguments. The first argument is 1; a negative `last` counts back.
 */
export interface KeyPositions {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/** A command as a client sent it. `args` does not include the name. */
export interface Command {
  readonly spec: CommandSpec;
  readonly args: readonly ByteString[];
}

/** Returns whether `argCount` arguments, without the name, fit an arity as Redis counts it. */
export function hasRightArity(arity: number, argCount: number): boolean {
  return arity >= 0 ? argCount + 1 === arity : argCount + 1 >= -arity;
}
