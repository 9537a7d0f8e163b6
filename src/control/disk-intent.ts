import { LetoError } from '../base/index.js';
import type { DiskFault } from './disk-fault.js';

/** What a user wants done to the disk of a node, whether the node lives or not. */
export interface DiskIntent {
  readonly type: 'disk';
  /** A node. */
  readonly target: string;
  readonly fault: DiskFault;
}

/** Longer than anyone waits for a write. */
const delayMsMax = 60_000;

const descriptions: Readonly<Record<DiskFault['type'], string>> = {
  ok: 'is sound again',
  slow: 'is slow',
  full: 'is full: each write fails',
  failing: 'is failing: each write fails',
  lying: 'lies: it says synced, and loses all that is written from now on at the next kill',
};

/** @throws {LetoError} LETO_BAD_OPTION */
export function checkDiskIntent({ fault }: DiskIntent): void {
  if (!Object.hasOwn(descriptions, fault.type)) {
    const known = Object.keys(descriptions).join(', ');
    throw new LetoError('LETO_BAD_OPTION', `a disk can't be ${fault.type}; it can be ${known}`);
  }
  if (fault.type !== 'slow' || (fault.delayMs >= 0 && fault.delayMs <= delayMsMax)) return;
  const message = `the delay is ${fault.delayMs}; it must be from 0 to ${delayMsMax} ms`;
  throw new LetoError('LETO_BAD_OPTION', message);
}

/** The end of a sentence that begins with the disk. */
export function describeDisk(fault: DiskFault['type'], delayMs: number): string {
  const delay = fault === 'slow' ? `: each write takes ${delayMs} ms longer` : '';
  return descriptions[fault] + delay;
}
