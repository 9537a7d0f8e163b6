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

/** Longer than anyone waits for an election. */
const delayMsMax = 60_000;

/** @throws {LetoError} LETO_BAD_OPTION for what is wrong in any cluster */
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
  if (from === to) throw badOption(`a link has two ends; both are ${from}`);
}

function checkGroups(groups: readonly (readonly string[])[]): void {
  const names = groups.flat();
  if (groups.length === 0 || groups.some((group) => group.length === 0) || names.includes('')) {
    throw badOption('a group of a partition is one node or more, as in n1,n2');
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw badOption(`${twice} is in two groups; a node is in one`);
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
 * The faulty links as the intent has them.
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

/** What the intent makes of each link. */
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
    const isForth = link.from === a && link.to === b;
    const isBack = link.from === b && link.to === a;
    return isForth || (isBack && !oneWay) ? change : {};
  };
}

/** @throws {LetoError} LETO_BAD_OPTION where all nodes are in one group */
function groupLookup(
  view: ClusterView,
  groups: readonly (readonly string[])[],
): (id: NodeId) => number {
  const known = groups.map((group) => group.map((name) => resolveNode(view, name)));
  if (known[0]?.length === view.nodes.length) {
    throw badOption('all nodes are in one group; `heal` makes whole what is cut');
  }
  return (id) => known.findIndex((group) => group.includes(id));
}

/** What has become of the links, once for both ways where it is the same. */
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
    const back = findLink(changed, link.to, link.from);
    if (!back || !isSameFault(link, back)) return [{ ...link, oneWay: true }];
    return changed.indexOf(back) > at ? [{ ...link, oneWay: false }] : [];
  });
}

function findLink(links: readonly FaultyLink[], from: NodeId, to: NodeId): FaultyLink | undefined {
  return links.find((link) => link.from === from && link.to === to);
}
