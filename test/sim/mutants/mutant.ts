/**
 * Planted bugs: replicas that misbehave on purpose, to prove that the checkers notice. The bugs
 * themselves are in the *-mutants.ts files; mutants.test.ts runs them.
 */

import type { Message, RaftState } from '../../../src/raft/index.js';
import { type Effects, type Input, Replica, type Request } from '../../../src/replica/index.js';
import { type CreateReplica, createRealReplica } from '../cluster.js';
import type { FaultKind } from '../settings.js';
import type { Invariant } from '../violation.js';

/** A bug that is planted from outside, by changing inputs, effects or the state in between. */
export interface Mutant {
  /** What the node does wrong. It completes the phrase "a node that ...". */
  readonly name: string;
  readonly createReplica: CreateReplica;
  /** The invariants of which one must be the first to break. */
  readonly invariants: readonly Invariant[];
  /** The faults under which to look for it, when the usual mixture would show it too rarely. */
  readonly faultKinds?: readonly FaultKind[];
  /** The seed to begin with, when the first ones take long and find nothing. */
  readonly firstSeed?: number;
}

/** A Replica with hooks that mutants override. By default the hooks change nothing. */
export class OpenReplica extends Replica {
  override handle(input: Input): void {
    if (input.type === 'message') this.handleMessage(input.message);
    else if (input.type === 'request') this.handleRequest(input.request);
    else super.handle(input);
  }

  override takeEffects(): Effects {
    const effects = super.takeEffects();
    return { ...effects, messages: effects.messages.flatMap((message) => this.sent(message)) };
  }

  protected handleMessage(message: Message): void {
    super.handle({ type: 'message', message });
  }

  protected handleRequest(request: Request): void {
    super.handle({ type: 'request', request });
  }

  protected sent(message: Message): Message[] {
    return [message];
  }

  /** The state of Raft, for mutants to modify. */
  protected get state(): RaftState {
    return this.raftState as RaftState;
  }
}

export function plant(name: string, kind: typeof Replica, ...invariants: Invariant[]): Mutant {
  const createReplica: CreateReplica = (...start) => new kind(...start);
  return { name, createReplica, invariants };
}

/** Restricts a mutant to the faults that reveal it. */
export function under(faultKinds: readonly FaultKind[], mutant: Mutant): Mutant {
  return { ...mutant, faultKinds };
}

/** Creates a mutant that starts each life with modified options or state. */
export function plantAtStart(
  name: string,
  tamper: (...start: Parameters<CreateReplica>) => Parameters<CreateReplica>,
  ...invariants: Invariant[]
): Mutant {
  const createReplica: CreateReplica = (...start) => createRealReplica(...tamper(...start));
  return { name, createReplica, invariants };
}
