/**
 * The faults of a link between two nodes, and their description in words. transport/faults.ts
 * produces them; link-changes.ts holds the rules by which intents change them.
 */

import type { NodeId } from '../raft/index.js';

/** The fault of the link from one node to another. The sender's transport applies it. */
export interface LinkFault {
  /** True while every message is lost. The connection stays open, so neither end notices. */
  readonly cut: boolean;
  /** The fraction of messages that are lost, from 0 to 1. */
  readonly drop: number;
  /** How long each message takes at least, in virtual milliseconds. */
  readonly delayMs: number;
  /** The most that is added to `delayMs` at random, so that messages may overtake each other. */
  readonly jitterMs: number;
}

/** The link from one node to another, with its fault. */
export interface FaultyLink extends LinkFault {
  readonly from: NodeId;
  readonly to: NodeId;
}

/** A link with its new fault. Unless `oneWay`, the reverse link has the same fault. */
export interface LinkChange extends FaultyLink {
  readonly oneWay: boolean;
}

export const noFault: LinkFault = { cut: false, drop: 0, delayMs: 0, jitterMs: 0 };

export function isSameFault(a: LinkFault, b: LinkFault): boolean {
  const areSameDelays = a.delayMs === b.delayMs && a.jitterMs === b.jitterMs;
  return a.cut === b.cut && a.drop === b.drop && areSameDelays;
}

/** Returns a sentence about a link and its fault, as in "the link from n1 to n2 is cut". */
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
  if (isSameFault(fault, noFault)) return 'is healthy again';
  const losses = drop > 0 ? [`drops ${Math.round(drop * 1000) / 10}% of messages`] : [];
  const range = jitterMs > 0 ? `${delayMs} to ${delayMs + jitterMs}` : `${delayMs}`;
  const delays = delayMs + jitterMs > 0 ? [`adds ${range} ms of delay`] : [];
  return [...losses, ...delays].join(' and ');
}
