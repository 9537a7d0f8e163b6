/**
 * Single steps for a node whose clock is stopped: forces one event, then reports the resulting
 * state. The choice of the next event is the supervisor's.
 */

import { unreachable } from '../base/index.js';
import { type ForcedEvent, heldShownMax, type StepReport } from '../control/index.js';
import type { Replica } from '../replica/index.js';
import type { FaultyTransport } from '../transport/index.js';
import type { Driver } from './driver.js';

/** The parts of a node that depend on time. */
interface TimedParts {
  readonly driver: Driver;
  readonly replica: Replica;
  readonly transport: FaultyTransport;
  readonly counts: Pick<StepReport, 'sent' | 'received'>;
}

/**
 * Forces the event, if any, and calls `onReport` when everything that follows from it is done.
 * Messages that were posted to the node before the call have arrived by then.
 */
export function forceEvent(
  timed: TimedParts,
  event: ForcedEvent | null,
  onReport: (report: StepReport) => void,
): void {
  setImmediate(() => {
    if (event) inject(timed, event);
    timed.driver.whenIdle(() => onReport(stepReportOf(timed)));
  });
}

function inject(timed: TimedParts, event: ForcedEvent): void {
  switch (event.type) {
    case 'message': {
      const message = timed.driver.held.take(event.number);
      if (message) timed.driver.deliver(message);
      break;
    }
    case 'timer':
      fireNextTimer(timed);
      break;
    case 'electionTimeout':
      timed.driver.electionTimeout();
      break;
    default:
      unreachable(event);
  }
}

/** Fires the earliest timer; a delayed message on a slow link counts as a timer of its own. */
function fireNextTimer({ driver, replica, transport }: TimedParts): void {
  if (transport.nextDueMs <= replica.nextDeadlineMs) transport.deliverNext();
  else driver.tick();
}

function stepReportOf({ driver, replica, transport, counts }: TimedParts): StepReport {
  return {
    role: replica.raftState.role,
    term: replica.raftState.currentTerm,
    held: driver.held.first(heldShownMax),
    nextTimerAtMs: Math.min(transport.nextDueMs, replica.nextDeadlineMs),
    sent: counts.sent,
    received: counts.received,
  };
}
