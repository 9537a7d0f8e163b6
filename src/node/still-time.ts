import { unreachable } from '../base/index.js';
import { type Happening, heldShownMax, type Standing } from '../control/index.js';
import type { Replica } from '../replica/index.js';
import type { FaultyTransport } from '../transport/index.js';
import type { Driver } from './driver.js';
import type { VirtualClock } from './virtual-clock.js';

/** What a node consists of that has to do with time. */
interface Timed {
  readonly clock: VirtualClock;
  readonly driver: Driver;
  readonly replica: Replica;
  readonly transport: FaultyTransport;
  readonly counts: Pick<Standing, 'sent' | 'heard'>;
}

/**
 * While time stands still: lets one thing happen, or nothing, and tells how the node stands once all
 * that came of it is done. What was posted to the node before it was asked has come in by then.
 */
export function letHappen(
  timed: Timed,
  happening: Happening | null,
  onStanding: (standing: Standing) => void,
): void {
  setImmediate(() => {
    if (happening) begin(timed, happening);
    timed.driver.whenIdle(() => onStanding(standingOf(timed)));
  });
}

function begin(timed: Timed, happening: Happening): void {
  switch (happening.type) {
    case 'message': {
      const message = timed.driver.held.take(happening.number);
      if (message) timed.driver.deliver(message);
      break;
    }
    case 'timer':
      runOutNextTimer(timed);
      break;
    case 'electionTimeout':
      timed.driver.electionTimeout();
      break;
    default:
      unreachable(happening);
  }
}

/** A message on a slow link that is due counts as a timer too, each by itself. */
function runOutNextTimer({ clock, driver, replica, transport }: Timed): void {
  const { nextDueMs } = transport;
  const { nextDeadlineMs } = replica;
  clock.reach(Math.min(nextDueMs, nextDeadlineMs));
  if (nextDueMs <= nextDeadlineMs) transport.deliverNext();
  else driver.tick();
}

function standingOf({ clock, driver, replica, transport, counts }: Timed): Standing {
  const nextMs = Math.min(transport.nextDueMs, replica.nextDeadlineMs);
  return {
    role: replica.raft.role,
    term: replica.raft.currentTerm,
    held: driver.held.show(heldShownMax),
    timerInMs: Math.max(0, nextMs - clock.nowMs),
    sent: counts.sent,
    heard: counts.heard,
  };
}
