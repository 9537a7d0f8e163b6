import type { NodeId } from '../raft/index.js';

/** What is wrong with the way from one node to another; it lives in the sender's transport. */
export interface LinkFault {
  /** Nothing comes through. That is silence: no connection is closed. */
  readonly cut: boolean;
  /** The share of the messages that are lost, from 0 to 1. */
  readonly drop: number;
  /** Each message takes so many virtual milliseconds, */
  readonly delayMs: number;
  /** and up to so many more, so that one may overtake another. */
  readonly jitterMs: number;
}

export interface FaultyLink extends LinkFault {
  readonly from: NodeId;
  readonly to: NodeId;
}

/** A link with what is wrong with it now; unless `oneWay`, the same is wrong on the way back. */
export interface LinkChange extends FaultyLink {
  readonly oneWay: boolean;
}

export const noFault: LinkFault = { cut: false, drop: 0, delayMs: 0, jitterMs: 0 };

export function isSameFault(a: LinkFault, b: LinkFault): boolean {
  const areSameDelays = a.delayMs === b.delayMs && a.jitterMs === b.jitterMs;
  return a.cut === b.cut && a.drop === b.drop && areSameDelays;
}

/** A link, and what is wrong with it, in words. */
export function describeLink(
  link: { readonly from?: string | number; readonly to?: string | number } & Partial<
    Omit<LinkChange, 'from' | 'to'>
  >,
): string {
  const { from, to, oneWay, cut = false, drop = 0, delayMs = 0, jitterMs = 0 } = link;
  const ends = oneWay ? `from ${from} to ${to}` : `between ${from} and ${to}`;
  return `the link ${ends} ${describeFault({ cut, drop, delayMs, jitterMs })}`;
}

function describeFault(fault: LinkFault): string {
  const { cut, drop, delayMs, jitterMs } = fault;
  if (cut) return 'is cut';
  if (isSameFault(fault, noFault)) return 'is whole again';
  const losses = drop > 0 ? [`loses ${Math.round(drop * 1000) / 10} % of the messages`] : [];
  const range = jitterMs > 0 ? `${delayMs} to ${delayMs + jitterMs}` : `${delayMs}`;
  const delays = delayMs + jitterMs > 0 ? [`takes ${range} ms`] : [];
  return [...losses, ...delays].join(' and ');
}
