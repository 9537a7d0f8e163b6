/**
 * The activity of clients and peers that a node's observers can log: connections and commands. What
 * happens in Raft is a NodeEvent instead.
 */

import type { ByteString } from '../base/index.js';
import { findCommand } from '../kv/index.js';
import type { NodeId } from '../raft/index.js';
import type { RawRequest } from '../resp/index.js';
import { findServerCommand } from './commands/server-commands.js';

export type NodeActivity =
  | { readonly type: 'clientConnected'; readonly client: number; readonly from: string }
  | { readonly type: 'clientDisconnected'; readonly client: number }
  | CommandActivity
  | { readonly type: 'peerConnected' | 'peerLost'; readonly peer: NodeId };

/** `name` is null for an unknown command, whose name could be any text, even a password. */
interface CommandActivity {
  readonly type: 'command';
  readonly client: number;
  readonly name: string | null;
  readonly key: ByteString | null;
}

export interface NodeObserver {
  /** True when the observer wants commands too, of which there may be very many. */
  readonly wantsCommands: boolean;
  observe(activity: NodeActivity): void;
}

/** Returns a command's name and first key, but none of its values. */
export function toCommandActivity(
  client: number,
  [word = '', ...args]: RawRequest,
): CommandActivity {
  const spec = findCommand(word);
  const name = spec?.name ?? findServerCommand(word)?.name ?? null;
  const key = spec?.keys ? (args[spec.keys.first - 1] ?? null) : null;
  return { type: 'command', client, name, key };
}
