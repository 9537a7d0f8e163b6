/**
 * The rules by which link intents change the table of faulty links. Pure: cluster/link-faults.ts
 * keeps the table and sends it to the nodes.
 */

import { LetoError, unreachable } from '../base/index.js';
import type { NodeId } from '../raft/index.js';
import { type LinkIntent, resolveNode, resolveTarget } from './intents.js';
import {
  type FaultyLink,
  isSameFault,
  type LinkChange,
  type LinkFault,
  noFault,
} from './link-fault.js';
import type { ClusterView } from './view.js';

/** The maximum delay of a link. No election lasts longer. */
const delayMsMax = 60_000;

/**
 * Checks what can be checked without knowing the cluster.
 * @throws {LetoError} LETO_BAD_OPTION
 */
export function checkLinkIntent(intent: LinkIntent): void {
  switch (intent.type) {
    case 'partition':
      checkGroups(intent.groups);
      break;
    case 'heal':
      if (intent.between) checkEnds(...intent.between);
      break;
    case 'cut':
      checkEnds(intent.from, intent.to);
      break;
    case 'link':
      checkEnds(intent.from, intent.to);
      checkLinkFault(intent);
      break;
    case 'isolate':
      break;
    default:
      unreachable(intent);
  }
}

function checkEnds(from: string, to: string): void {
  if (from === to) throw badOption(`a link connects two different nodes; both are ${from}`);
}

function checkGroups(groups: readonly (readonly string[])[]): void {
  const names = groups.flat();
  if (groups.length === 0 || groups.some((group) => group.length === 0) || names.includes('')) {
    throw badOption('each group of a partition needs one node or more, as in n1,n2');
  }
  const duplicate = names.find((name, at) => names.indexOf(name) !== at);
  if (duplicate !== undefined) {
    throw badOption(`${duplicate} is listed twice; a node belongs to one group`);
  }
}

function checkLinkFault({ drop, delayMs, jitterMs }: Omit<LinkFault, 'cut'>): void {
  if (!(drop >= 0 && drop <= 1)) throw badOption(`drop is ${drop}; it must be from 0 to 1`);
  for (const [name, ms] of Object.entries({ delay: delayMs, jitter: jitterMs })) {
    if (ms >= 0 && ms <= delayMsMax) continue;
    throw badOption(`${name} is ${ms}; it must be from 0 to ${delayMsMax} ms`);
  }
}

function badOption(message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', message);
}

/**
 * Returns all faulty links as they are after the intent.
 * @throws {LetoError} LETO_NO_SUCH_NODE, LETO_BAD_OPTION
 */
export function faultyLinksAfter(view: ClusterView, intent: LinkIntent): FaultyLink[] {
  checkLinkIntent(intent);
  const changeOf = faultChangeFor(view, intent);
  return allLinks(view)
    .map((link) => ({ ...link, ...changeOf(link) }))
    .filter((link) => !isSameFault(link, noFault));
}

function allLinks({ nodes, links }: ClusterView): FaultyLink[] {
  const ids = nodes.map(({ id }) => id);
  return ids.flatMap((from) =>
    ids
      .filter((to) => to !== from)
      .map((to) => findLink(links, from, to) ?? { from, to, ...noFault }),
  );
}

/** Returns a function that gives the fault fields of a link that the intent changes. */
function faultChangeFor(
  view: ClusterView,
  intent: LinkIntent,
): (link: FaultyLink) => Partial<LinkFault> {
  switch (intent.type) {
    case 'heal': {
      if (!intent.between) return () => noFault;
      const [from, to] = intent.between;
      return changeBetween(view, { from, to, oneWay: false }, noFault);
    }
    case 'isolate': {
      const [id] = resolveTarget(view, intent);
      return ({ from, to }) => (from === id || to === id ? { cut: true } : {});
    }
    case 'partition': {
      const groupOf = groupLookup(view, intent.groups);
      return ({ from, to }) => ({ cut: groupOf(from) !== groupOf(to) });
    }
    case 'cut':
      return changeBetween(view, intent, { cut: true });
    case 'link': {
      const { drop, delayMs, jitterMs } = intent;
      return changeBetween(view, intent, { drop, delayMs, jitterMs });
    }
    default:
      return unreachable(intent);
  }
}

function changeBetween(
  view: ClusterView,
  {
    from,
    to,
    oneWay,
  }: Pick<Extract<LinkIntent, { readonly type: 'cut' }>, 'from' | 'to' | 'oneWay'>,
  change: Partial<LinkFault>,
): (link: FaultyLink) => Partial<LinkFault> {
  const [a, b] = [resolveNode(view, from), resolveNode(view, to)];
  return (link) => {
    const isForward = link.from === a && link.to === b;
    const isBackward = link.from === b && link.to === a;
    return isForward || (isBackward && !oneWay) ? change : {};
  };
}

/**
 * Returns a function that gives the number of a node's group; -1 for all unlisted nodes.
 * @throws {LetoError} LETO_BAD_OPTION when all nodes are in one group
 */
function groupLookup(
  view: ClusterView,
  groups: readonly (readonly string[])[],
): (id: NodeId) => number {
  const idGroups = groups.map((group) => group.map((name) => resolveNode(view, name)));
  if (idGroups[0]?.length === view.nodes.length) {
    throw badOption('all nodes are in one group; use `heal` to restore links that are cut');
  }
  return (id) => idGroups.findIndex((group) => group.includes(id));
}

/** Returns the links that changed. A change that is the same in both directions is listed once. */
export function diffLinks(
  before: readonly FaultyLink[],
  after: readonly FaultyLink[],
): LinkChange[] {
  const healed = before.filter(({ from, to }) => !findLink(after, from, to));
  const changed = [
    ...after.filter((link) => !isSameFault(link, findLink(before, link.from, link.to) ?? noFault)),
    ...healed.map((link) => ({ ...link, ...noFault })),
  ];
  return changed.flatMap((link, at): LinkChange[] => {
    const reverse = findLink(changed, link.to, link.from);
    if (!reverse || !isSameFault(link, reverse)) return [{ ...link, oneWay: true }];
    return changed.indexOf(reverse) > at ? [{ ...link, oneWay: false }] : [];
  });
}

function findLink(links: readonly FaultyLink[], from: NodeId, to: NodeId): FaultyLink | undefined {
  return links.find((link) => link.from === from && link.to === to);
}
