import type { ClusterEvent, Intent, Status } from '../control/index.js';

/** The cluster that is broken and judged: in this process, or behind its control socket. */
export interface ClusterUnderTest {
  status(): Promise<Status>;
  /** @throws {LetoError} LETO_NODE_STATE, LETO_NO_SUCH_NODE where it can't be done now */
  dispatch(intent: Intent): Promise<void>;
  /** Calls back with each event from now on. */
  onEvent(listener: (event: ClusterEvent) => void): void;
}
