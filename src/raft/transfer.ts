import { isVoter } from './configuration.js';
import type { TimeoutNow } from './messages.js';
import { send } from './outbox.js';
import type { RaftState } from './state.js';
import type { NodeId } from './types.js';

/**
 * 3.10: a leader hands over in three steps. It takes no command any more; when the target has all
 * of its log, and all of that is committed and applied here, so that no client is left in doubt, it
 * asks the target to campaign at once; and if that does not come off in time, it goes on leading.
 *
 * Tells whether the transfer begins.
 */
export function startTransfer(state: RaftState, target: NodeId): boolean {
  const { leadership, configuration, options } = state;
  if (!leadership || target === state.id || !isVoter(configuration, target)) return false;
  const deadlineMs = state.nowMs + options.electionTimeoutMsMax;
  leadership.transfer = { target, deadlineMs, timeoutNowIsSent: false };
  state.events.push({ type: 'transferStarted', term: state.currentTerm, target });
  return true;
}

export function maybeSendTimeoutNow(state: RaftState): void {
  const { leadership, log, lastApplied } = state;
  const transfer = leadership?.transfer;
  if (!leadership || !transfer || transfer.timeoutNowIsSent) return;
  const hasAll = leadership.progress.get(transfer.target)?.matchIndex === log.lastIndex;
  if (!hasAll || lastApplied !== log.lastIndex) return;
  transfer.timeoutNowIsSent = true;
  sendTimeoutNow(state, transfer.target);
}

export function sendTimeoutNow(state: RaftState, to: NodeId): void {
  if (state.leadership) state.leadership.mayBeDeposed = true;
  send(state, { type: 'TimeoutNow', from: state.id, to, term: state.currentTerm });
}

export function checkTransfer(state: RaftState): void {
  const { leadership } = state;
  if (!leadership?.transfer || state.nowMs < leadership.transfer.deadlineMs) return;
  const { target } = leadership.transfer;
  leadership.transfer = null;
  state.events.push({ type: 'transferFailed', term: state.currentTerm, target });
}

/** Is this from the leader that the node follows, in the term that it asks to end? */
export function mayTakeOver(state: RaftState, { from, term }: TimeoutNow): boolean {
  if (term !== state.currentTerm || state.role !== 'follower') return false;
  return state.leaderId === from && isVoter(state.configuration, state.id);
}

/** The voter, beside the leader, that has most of its log; null where there is none. */
export function bestTransferTarget({
  leadership,
  configuration,
  id,
}: Readonly<RaftState>): NodeId | null {
  let best: NodeId | null = null;
  let bestIndex = -1;
  for (const voter of configuration.voters) {
    if (voter === id) continue;
    const matchIndex = leadership?.progress.get(voter)?.matchIndex ?? -1;
    if (matchIndex <= bestIndex) continue;
    best = voter;
    bestIndex = matchIndex;
  }
  return best;
}
