/** Formats what `status` prints, and aligns the columns of all tables of `leto-cluster`. */

import { describeLink, diffLinks, type NodeStatus, type Status } from '../../control/index.js';

type Column = readonly [title: string, cell: (node: NodeStatus) => string];

const columns: readonly Column[] = [
  ['NODE', (node) => node.id],
  ['STATE', (node) => node.state],
  ['ROLE', (node) => node.role ?? '-'],
  ['TERM', (node) => String(node.term)],
  ['VOTE', (node) => node.votedFor ?? '-'],
  ['LAST', (node) => String(node.lastLogIndex)],
  ['COMMIT', (node) => String(node.commitIndex)],
  ['APPLIED', (node) => String(node.lastApplied)],
  ['RESP', (node) => (node.respPort === null ? '-' : `127.0.0.1:${node.respPort}`)],
  ['HTTP', (node) => (node.httpPort === null ? '-' : `127.0.0.1:${node.httpPort}`)],
  ['UPTIME', (node) => `${Math.floor(node.uptimeMs / 1000)}s`],
];

/** Returns a line for the cluster, a line for each node, and then crashes and faulty links. */
export function statusTable(status: Status): string {
  const leader = status.leader === null ? 'no leader' : `leader ${status.leader}`;
  const ready = status.ready ? 'ready' : 'not ready';
  const rows = [
    columns.map(([title]) => title),
    ...status.nodes.map((node) => columns.map(([, cell]) => cell(node))),
  ];
  return [
    `cluster ${status.cluster}: ${leader}, term ${status.term}, ${ready}`,
    ...alignColumns(rows),
    ...status.nodes.flatMap(({ id, error }) => (error === undefined ? [] : [`${id}: ${error}`])),
    ...diffLinks([], status.links).map(describeLink),
  ].join('\n');
}

/** Pads the cells of each column to the same width; the first row sets the number of columns. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
