/**
 * The cluster that `check`, `stress` and `bench` work on: one in this process, or one behind its
 * control socket.
 */

import type { ClusterEvent, Intent, Status } from '../control/index.js';

export interface ClusterUnderTest {
  status(): Promise<Status>;
  /** @throws {LetoError} LETO_NODE_STATE, LETO_NO_SUCH_NODE when it cannot be done at present */
  dispatch(intent: Intent): Promise<unknown>;
  /** Calls back with each event from now on. */
  onEvent(listener: (event: ClusterEvent) => void): void;
}
