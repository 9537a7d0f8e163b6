import type { ReactNode } from 'react';
import { leaderOf, type NodeView, type PeerReport } from '../control/index.js';
import { headLine, wrap } from './format.js';
import { Lines } from './lines.js';
import type { Line } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import type { Scene } from './scene.js';
import { type Column, tableThatFits } from './table.js';

const briefLinesMax = 3;

export const peersPanel: Panel = {
  name: 'peers',
  title: 'peers',
  importance: 1,
  heights: (scene, columns) => {
    const table = scene.view.nodes.length;
    return table < 2 ? [] : [briefLines(scene, columns).length, table];
  },
  Show: PeersPanel,
};

function PeersPanel({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={peerLines(scene, columns, rows)} columns={columns} rows={rows} />;
}

/** What the leader knows of the others' logs (Figure 3.1): a row each, or all in a few lines. */
export function peerLines(scene: Scene, columns: number, rows: number): Line[] {
  const leader = leaderOf(scene.view);
  if (rows < scene.view.nodes.length) return briefLines(scene, columns);
  if (!leader?.report) return [headLine('no leader: no nextIndex, no matchIndex', columns)];
  const { head, body } = tableThatFits([formOf(leader)], leader.report.peers, columns);
  return [headLine(head, columns), ...body];
}

function briefLines({ view }: Scene, columns: number): Line[] {
  const leader = leaderOf(view);
  const peers = leader?.report?.peers ?? [];
  const words = peers.map(({ id, nextIndex, matchIndex }) => `${id}:${nextIndex}/${matchIndex}`);
  const text = leader
    ? `${leader.id} leads, nextIndex/matchIndex: ${words.join(', ')}`
    : 'no leader: no nextIndex, no matchIndex';
  return wrap(text, columns, briefLinesMax).map((line) => [{ text: line }]);
}

function formOf(leader: NodeView): Column<PeerReport>[] {
  const lastLogIndex = leader.report?.lastLogIndex ?? 0;
  return [
    column(`${leader.id} leads`, 'left', ({ id }) => `  ${id}`),
    column('nextIndex', 'right', ({ nextIndex }) => String(nextIndex)),
    column('matchIndex', 'right', ({ matchIndex }) => String(matchIndex)),
    column('behind', 'right', ({ matchIndex }) => String(Math.max(0, lastLogIndex - matchIndex))),
    column('mode', 'left', ({ mode }) => mode),
  ];
}

function column(
  title: string,
  align: Column<PeerReport>['align'],
  tell: (peer: PeerReport) => string,
): Column<PeerReport> {
  return { title, columnsMin: 9, align, cell: (peer) => ({ text: tell(peer) }) };
}
