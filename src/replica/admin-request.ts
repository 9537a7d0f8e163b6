import type { AdminCommand, AdminOutcome } from '../raft/index.js';

/** Somebody who waits for an admin command to be done; the answer names the same object. */
export interface AdminRequest {
  readonly command: AdminCommand;
}

export interface AdminAnswer {
  readonly request: AdminRequest;
  readonly outcome: AdminOutcome;
}
