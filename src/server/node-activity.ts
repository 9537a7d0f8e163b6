import type { ByteString } from '../base/index.js';
import { findCommand } from '../kv/index.js';
import type { NodeId } from '../raft/index.js';
import type { RawRequest } from '../resp/index.js';
import { findServerCommand } from './commands/server-commands.js';

/** What comes and goes at the doors of a node, for its log. */
export type NodeActivity =
  | { readonly type: 'clientConnected'; readonly client: number; readonly from: string }
  | { readonly type: 'clientDisconnected'; readonly client: number }
  | CommandActivity
  | { readonly type: 'peerConnected' | 'peerLost'; readonly peer: NodeId };

/** `name` is null for a command that we do not have: what stands there may be anything. */
interface CommandActivity {
  readonly type: 'command';
  readonly client: number;
  readonly name: string | null;
  readonly key: ByteString | null;
}

export interface NodeObserver {
  /** Commands too: there may be very many. */
  readonly wantsCommands: boolean;
  observe(activity: NodeActivity): void;
}

/** A command's name and first key: its values are nobody's business. */
export function toCommandActivity(
  client: number,
  [word = '', ...args]: RawRequest,
): CommandActivity {
  const spec = findCommand(word);
  const name = spec?.name ?? findServerCommand(word)?.name ?? null;
  const key = spec?.keys ? (args[spec.keys.first - 1] ?? null) : null;
  return { type: 'command', client, name, key };
}
