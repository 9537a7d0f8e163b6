/**
 * How many files and sockets this process may have open, and whether a client may take one more.
 * All nodes of a process share its descriptors, and a disk or a peer must never lack one because
 * of clients.
 */

import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/** The limit to assume on a system that has none, or does not tell it. */
const defaultDescriptorsMax = 256;
/** The most descriptors that are kept for disks, peers, control and HTTP. */
const reservedMax = 256;

type Admission = 'accept' | 'refuse' | 'hangUp';

/** Returns the soft limit on open files. Reading a file is cheaper than a report of the process. */
export function readDescriptorsMax(): number {
  try {
    return parseDescriptorsMax(readFileSync('/proc/self/limits', 'latin1'));
  } catch {
    return descriptorsMaxIn(process.report.getReport());
  }
}

/** Returns the soft limit on open files in a report of the process. */
export function descriptorsMaxIn(report: object): number {
  const { userLimits } = report as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = userLimits?.open_files?.soft;
  if (soft === 'unlimited') return Number.POSITIVE_INFINITY;
  return typeof soft === 'number' ? soft : defaultDescriptorsMax;
}

/** Returns the soft limit on open files in the text of /proc/self/limits. */
export function parseDescriptorsMax(limits: string): number {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (soft === 'unlimited') return Number.POSITIVE_INFINITY;
  return soft === undefined ? defaultDescriptorsMax : Number(soft);
}

/** Returns how many descriptors clients may not take: a quarter of a low limit. */
export function reservedDescriptors(descriptorsMax: number): number {
  return Math.min(reservedMax, Math.ceil(descriptorsMax / 4));
}

/**
 * Decides about a new client by the number of its descriptor. The system gives the lowest free
 * number, so all lower ones are in use, whichever node or disk of this process uses them. A refused
 * client keeps its descriptor until it has read why; with half of the reserve gone there is none
 * for that.
 */
export function admit(descriptor: number, descriptorsMax: number): Admission {
  const reserved = reservedDescriptors(descriptorsMax);
  if (descriptor < descriptorsMax - reserved) return 'accept';
  return descriptor < descriptorsMax - Math.floor(reserved / 2) ? 'refuse' : 'hangUp';
}

/** Returns the number of a socket's descriptor, or -1 where it has none that Node tells. */
export function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { _handle?: { fd?: number } | null };
  return handle?.fd ?? -1;
}
