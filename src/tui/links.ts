import type { ClusterView, NodeView } from '../control/index.js';

type NodeId = NodeView['id'];

/** One way suffices: it is not whole. */
export function isLinkCut({ links }: ClusterView, one: NodeId, other: NodeId): boolean {
  return links.some(
    ({ from, to, cut }) =>
      cut && ((from === one && to === other) || (from === other && to === one)),
  );
}

/** It neither hears nor is heard by any other. */
export function isIsolated({ nodes, links }: ClusterView, id: NodeId): boolean {
  const cutLinks = links.filter(({ from, to, cut }) => cut && (from === id || to === id));
  return nodes.length > 1 && cutLinks.length === 2 * (nodes.length - 1);
}
