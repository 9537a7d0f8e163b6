import type { Message } from './messages.js';
import type { RaftState } from './state.js';
import type { HardState } from './types.js';

export function hardStateOf(state: RaftState): HardState {
  return { currentTerm: state.currentTerm, votedFor: state.votedFor };
}

export function isHardStateDurable(state: RaftState): boolean {
  return isDurable(state, state);
}

/** Neither falls nor changes within a term, so the durable one may be ahead by a vote only. */
export function isDurable(state: RaftState, { currentTerm, votedFor }: HardState): boolean {
  const { hardState } = state.durable;
  if (hardState.currentTerm !== currentTerm) return false;
  return votedFor === null || hardState.votedFor === votedFor;
}

export function send(state: RaftState, message: Message): void {
  state.outbox.push({ message, hardState: hardStateOf(state) });
  if (state.outbox.length > state.options.outboxMessagesMax) state.outbox.shift();
}
