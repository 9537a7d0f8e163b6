/**
 * The intent to set a disk fault: its type, its check, and its description in words. The faults
 * themselves are in disk-fault.ts; storage/faulty-disk.ts produces them.
 */

import { LetoError } from '../base/index.js';
import type { DiskFault } from './disk-fault.js';

/** Sets the disk fault of a node, whether the node runs or not. */
export interface DiskIntent {
  readonly type: 'disk';
  /** The id of a node. */
  readonly target: string;
  readonly fault: DiskFault;
}

/** The maximum delay of a write. No client waits longer for one. */
const delayMsMax = 60_000;

const descriptions: Readonly<Record<DiskFault['type'], string>> = {
  ok: 'is healthy again',
  slow: 'is slow',
  full: 'is full: every write fails',
  failing: 'is failing: every write fails',
  lying:
    'lies: it confirms every sync, but everything written from now on is lost at the next kill',
};

/** @throws {LetoError} LETO_BAD_OPTION when the fault is unknown or its delay is out of range */
export function checkDiskIntent({ fault }: DiskIntent): void {
  if (!Object.hasOwn(descriptions, fault.type)) {
    const known = Object.keys(descriptions).join(', ');
    throw new LetoError('LETO_BAD_OPTION', `unknown disk fault ${fault.type}; use one of ${known}`);
  }
  if (fault.type !== 'slow' || (fault.delayMs >= 0 && fault.delayMs <= delayMsMax)) return;
  const message = `the delay is ${fault.delayMs}; it must be from 0 to ${delayMsMax} ms`;
  throw new LetoError('LETO_BAD_OPTION', message);
}

/** Returns the predicate of a sentence whose subject is the disk, as in "is full: ...". */
export function describeDisk(fault: DiskFault['type'], delayMs: number): string {
  const delay = fault === 'slow' ? `: every write takes ${delayMs} ms longer` : '';
  return descriptions[fault] + delay;
}
