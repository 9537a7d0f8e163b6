import type { ByteString } from '../../base/index.js';
import type { Reply } from '../../kv/index.js';
import type { Connection } from '../connection.js';
import type { NodeContext } from '../node-context.js';

/** A command of the connection or the node itself: it never goes through the log. */
export interface ServerCommand {
  /** In lower case. */
  readonly name: string;
  /** As Redis counts: with the name; negative means "at least". */
  readonly arity: number;
  readonly group: 'connection' | 'server' | 'raft';
  readonly summary: string;
  /** May be used before AUTH. */
  readonly isAllowedBeforeAuth?: boolean;
  /** Null: the command has taken a place in the connection's order, and answers there later. */
  readonly run: (context: CommandContext, args: readonly ByteString[]) => Reply | null;
}

export interface CommandContext {
  readonly connection: Connection;
  readonly node: NodeContext;
}
