/**
 * The type of a command of the connection or of the node itself, which never goes through the log.
 */

import type { ByteString } from '../../base/index.js';
import type { Reply } from '../../kv/index.js';
import type { Connection } from '../connection.js';
import type { NodeContext } from '../node-context.js';

export interface ServerCommand {
  /** The name in lower case. */
  readonly name: string;
  /** The number of words including the name; a negative number means "at least", as in Redis. */
  readonly arity: number;
  readonly group: 'connection' | 'server' | 'raft';
  readonly summary: string;
  /** True when the command can be used before AUTH. */
  readonly isAllowedBeforeAuth?: boolean;
  /** Returns the reply, or null when the command has reserved a place for a later reply. */
  readonly run: (context: CommandContext, args: readonly ByteString[]) => Reply | null;
}

export interface CommandContext {
  readonly connection: Connection;
  readonly node: NodeContext;
}
