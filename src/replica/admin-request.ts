/** Admin commands as requests, and their answers. For the commands of clients see request.ts. */

import type { AdminCommand, AdminOutcome } from '../raft/index.js';

/** An admin command that is to be answered. The answer refers to the same object. */
export interface AdminRequest {
  readonly command: AdminCommand;
}

export interface AdminAnswer {
  readonly request: AdminRequest;
  readonly outcome: AdminOutcome;
}
