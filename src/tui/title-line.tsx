/** The top line: cluster, term, leader, speed and background writes. */

import type { ReactNode } from 'react';
import { type ClusterView, isReady, leaderOf, termOf } from '../control/index.js';
import { cut, lengthOf } from './format.js';
import { Lines } from './lines.js';
import type { Line, Span } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import type { BackgroundWrites, Scene } from './scene.js';
import { speedText } from './speeds.js';

const program = 'leto-cluster ';
/** The version is shown only if a cluster name of this length fits beside it. */
const nameColumnsPreferred = 10;

export const titleLine: Panel = {
  name: 'title',
  title: 'title',
  priority: 6,
  heights: () => [1],
  Show: TitleLine,
};

function TitleLine({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={[titleOf(scene, columns)]} columns={columns} rows={rows} />;
}

/** Returns the title. A long cluster name is cut in favour of the changing facts. */
export function titleOf({ view, ui, version, playback }: Scene, columns: number): Line {
  const term = termOf(view);
  const facts: Span[] = [
    ...(playback === undefined ? [] : [{ text: `  ${playback}`, tone: 'strong' as const }]),
    { text: `  term ${term}`, term },
    ...leaderSpans(view),
    ...speedSpans(view.speed),
    ...backgroundWriteSpans(ui.backgroundWrites),
  ];
  const taken = program.length + lengthOf(facts);
  const right = columns - taken < nameColumnsPreferred + version.length ? '' : `  ${version}`;
  const name = cut(view.cluster, columns - taken - right.length);
  const space = ' '.repeat(Math.max(0, columns - taken - right.length - name.length));
  return [
    { text: program + name, tone: 'strong' },
    ...facts,
    { text: space },
    { text: right, tone: 'quiet' },
  ];
}

/** Without a leader the cluster is never ready, so only the missing leader is shown. */
function leaderSpans(view: ClusterView): Span[] {
  const leader = leaderOf(view);
  if (!leader) return [{ text: '  no leader', tone: 'alert' }];
  const ready: Span = isReady(view) ? { text: '  ready' } : { text: '  not ready', tone: 'alert' };
  return [{ text: `  leader ${leader.id}` }, ready];
}

function speedSpans(speed: number): Span[] {
  return speed === 1 ? [] : [{ text: `  ${speedText(speed)}`, tone: 'alert' }];
}

/** The counts stay visible after the writes have stopped. */
function backgroundWriteSpans({ isOn, acknowledged, failed }: BackgroundWrites): Span[] {
  if (!isOn && acknowledged + failed === 0) return [];
  const text = `  ${isOn ? 'writing' : 'wrote'} ${acknowledged}`;
  return failed === 0 ? [{ text }] : [{ text }, { text: ` failed ${failed}`, tone: 'alert' }];
}
