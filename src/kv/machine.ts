import { assert } from '../base/assert.js';
import type { ByteString } from '../base/bytes.js';
import { decodeCommand } from './codec.js';
import type { Command } from './command.js';
import type { Reply } from './reply.js';
import { Store } from './store.js';

/**
 * The replicated state machine. `apply` is a function of the state and the entry alone, so all
 * nodes that have applied the same entries are equal and have answered the same.
 */
export class Machine {
  readonly store = new Store();

  /** For a command of the log: only what is committed comes here. */
  apply(data: ByteString): Reply {
    const { spec, args } = decodeCommand(data);
    assert(spec.kind === 'write', 'a read stands in the log', spec.name);
    return spec.run(this.store, args);
  }

  read({ spec, args }: Command): Reply {
    assert(spec.kind === 'read', 'a write was taken for a read', spec.name);
    return spec.run(this.store, args);
  }
}
