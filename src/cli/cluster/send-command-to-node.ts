/** The client behind the `:` line of the terminal UI: one command on one connection. */

import { type ByteString, LetoError } from '../../base/index.js';
import { ClientConnection, type RespReply } from '../../check/index.js';
import type { ClusterView } from '../../control/index.js';
import { isFailure, replyLines } from './reply-lines.js';

/**
 * How long to wait for a reply: as long as a write may wait for a new leader. While time is stopped
 * no leader is elected.
 */
const replyTimeoutMs = 15_000;

/**
 * Sends one command to a node's RESP port, after AUTH when there is a password.
 * @throws {LetoError} LETO_NODE_STATE when the node does not answer; the command may still happen
 */
export async function sendCommandToNode(
  view: ClusterView,
  name: string,
  words: readonly ByteString[],
  password: string | null,
): Promise<{ lines: readonly string[]; isFailure: boolean }> {
  const node = view.nodes.find(({ id }) => id === name);
  if (!node || node.respPort === null) throw nodeUnreachableError(name, 'it has no RESP port yet');
  const auth = password === null ? [] : [['AUTH', Buffer.from(password).toString('latin1')]];
  try {
    const replies = await askOnce({ host: node.host, port: node.respPort }, [...auth, words]);
    const reply = replies.at(-1);
    if (!reply) throw nodeUnreachableError(name, 'no reply');
    return { lines: replyLines(reply), isFailure: isFailure(reply) };
  } catch (error) {
    throw nodeUnreachableError(name, error instanceof Error ? error.message : String(error));
  }
}

async function askOnce(
  address: { readonly host: string; readonly port: number },
  commands: readonly (readonly ByteString[])[],
): Promise<readonly RespReply[]> {
  const connection = await ClientConnection.open(address, replyTimeoutMs);
  try {
    return await connection.askAll(commands);
  } finally {
    connection.close();
  }
}

function nodeUnreachableError(name: string, why: string): LetoError {
  return new LetoError('LETO_NODE_STATE', `${name} does not answer: ${why}`);
}
