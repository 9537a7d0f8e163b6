/**
 * Queues messages, each with the hard state that must be durable before it may leave (3.8). Nothing
 * is sent here: `drainReady` in ready.ts releases a message once that state is on the disk.
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import type { Message } from './messages.js';
import type { RaftState } from './state.js';
import type { HardState } from './types.js';

export function hardStateOf(state: RaftState): HardState {
  return { currentTerm: state.currentTerm, votedFor: state.votedFor };
}

export function isHardStateDurable(state: RaftState): boolean {
  return isDurable(state, state);
}

/**
 * True when the disk holds this term and vote. A vote never changes within a term, so the durable
 * state of the same term can only be ahead by the vote.
 */
export function isDurable(state: RaftState, { currentTerm, votedFor }: HardState): boolean {
  const { hardState } = state.durable;
  if (hardState.currentTerm !== currentTerm) return false;
  return votedFor === null || hardState.votedFor === votedFor;
}

/** Queues a message under the current term and vote. A full queue drops its oldest message. */
export function send(state: RaftState, message: Message): void {
  state.outbox.push({ message, hardState: hardStateOf(state) });
  if (state.outbox.length > state.options.outboxMessagesMax) state.outbox.shift();
}
