import type { Message, RaftState } from '../../../src/raft/index.js';
import { type Effects, type Input, Replica, type Request } from '../../../src/replica/index.js';
import { type CreateReplica, theReplica } from '../cluster.js';
import type { FaultKind } from '../settings.js';
import type { Invariant } from '../violation.js';

/** A bug that is planted from outside: by what goes in, what comes out, or what lies between. */
export interface Mutant {
  readonly name: string;
  readonly createReplica: CreateReplica;
  /** Any of these may be the first to see it. */
  readonly invariants: readonly Invariant[];
  /** Under these faults it is looked for, where the usual mixture would show it too seldom. */
  readonly faultKinds?: readonly FaultKind[];
}

/** A Replica with doors for mutants: each is a plain pass unless a mutant overrides it. */
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

  /** The state, to be tampered with. */
  protected get state(): RaftState {
    return this.raftState as RaftState;
  }
}

export function plant(name: string, kind: typeof Replica, ...invariants: Invariant[]): Mutant {
  const createReplica: CreateReplica = (...start) => new kind(...start);
  return { name, createReplica, invariants };
}

/** For bugs that few faults bring out. */
export function under(faultKinds: readonly FaultKind[], mutant: Mutant): Mutant {
  return { ...mutant, faultKinds };
}

/** For bugs in what a life starts with. */
export function plantAtStart(
  name: string,
  tamper: (...start: Parameters<CreateReplica>) => Parameters<CreateReplica>,
  ...invariants: Invariant[]
): Mutant {
  const createReplica: CreateReplica = (...start) => theReplica(...tamper(...start));
  return { name, createReplica, invariants };
}
