/**
 * Leadership transfer (3.10) on the side of the leader, and who may be a target. The target starts
 * its campaign in election.ts (`handleTimeoutNow`).
 * Section numbers: Ongaro's dissertation, "Consensus: Bridging Theory and Practice" (2014).
 */

import { isVoter } from './configuration.js';
import type { TimeoutNow } from './messages.js';
import { send } from './outbox.js';
import type { RaftState } from './state.js';
import type { NodeId } from './types.js';

/**
 * Starts to hand leadership over, in the three steps of 3.10. 1. The leader accepts no command any
 * more. 2. When the target has its whole log, and all of it is committed and applied here, so that
 * no client is left in doubt, it asks the target to campaign at once. 3. If the target does not
 * take over within an election timeout, the leader accepts commands again.
 * @returns True when the transfer starts: this node leads, and the target is another voter.
 */
export function startTransfer(state: RaftState, target: NodeId): boolean {
  const { leadership, configuration, options } = state;
  if (!leadership || target === state.id || !isVoter(configuration, target)) return false;
  const deadlineMs = state.nowMs + options.electionTimeoutMsMax;
  leadership.transfer = { target, deadlineMs, timeoutNowIsSent: false };
  state.events.push({ type: 'transferStarted', term: state.currentTerm, target });
  return true;
}

/** Step 2 of a transfer: sends TimeoutNow once the target has the log and all of it is applied. */
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

/** Step 3 of a transfer: gives it up at its deadline. */
export function checkTransfer(state: RaftState): void {
  const { leadership } = state;
  if (!leadership?.transfer || state.nowMs < leadership.transfer.deadlineMs) return;
  const { target } = leadership.transfer;
  leadership.transfer = null;
  state.events.push({ type: 'transferFailed', term: state.currentTerm, target });
}

/** True when this voter follows the sender of the TimeoutNow, in the term that it asks to end. */
export function mayTakeOver(state: RaftState, { from, term }: TimeoutNow): boolean {
  if (term !== state.currentTerm || state.role !== 'follower') return false;
  return state.leaderId === from && isVoter(state.configuration, state.id);
}

/**
 * Returns the voter, other than this leader, that has the most of the leader's log. Null when there
 * is none.
 */
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
