import type { ReactNode } from 'react';
import { isReady, leaderOf, termOf } from '../control/index.js';
import { cut, lengthOf } from './format.js';
import { Lines } from './lines.js';
import type { Line, Span } from './paint.js';
import type { Panel, PanelProps } from './panel.js';
import type { Scene, Trickle } from './scene.js';
import { speedWords } from './speeds.js';

const program = 'leto-cluster ';

export const titleLine: Panel = {
  name: 'title',
  title: 'title',
  importance: 6,
  heights: () => [1],
  Show: TitleLine,
};

function TitleLine({ scene, columns, rows }: PanelProps): ReactNode {
  return <Lines lines={[titleOf(scene, columns)]} columns={columns} rows={rows} />;
}

/** A long name gives way to what changes. */
export function titleOf({ view, ui, version, playback }: Scene, columns: number): Line {
  const leader = leaderOf(view);
  const term = termOf(view);
  const facts: Span[] = [
    ...(playback === undefined ? [] : [{ text: `  ${playback}`, tone: 'strong' as const }]),
    { text: `  term ${term}`, term },
    leader ? { text: `  leader ${leader.id}` } : { text: '  no leader', tone: 'alert' },
    isReady(view) ? { text: '  ready' } : { text: '  not ready', tone: 'alert' },
    ...speedSpans(view.speed),
    ...trickleSpans(ui.trickle),
  ];
  const right = `  ${version}`;
  const taken = program.length + right.length + lengthOf(facts);
  const name = cut(view.cluster, columns - taken);
  const space = ' '.repeat(Math.max(0, columns - taken - name.length));
  return [
    { text: program + name, tone: 'strong' },
    ...facts,
    { text: space },
    { text: right, tone: 'quiet' },
  ];
}

function speedSpans(speed: number): Span[] {
  return speed === 1 ? [] : [{ text: `  ${speedWords(speed)}`, tone: 'alert' }];
}

/** It stays to be seen when the writing has ended. */
function trickleSpans({ isOn, acknowledged, failed }: Trickle): Span[] {
  if (!isOn && acknowledged + failed === 0) return [];
  const text = `  ${isOn ? 'writing' : 'wrote'} ${acknowledged}`;
  return failed === 0 ? [{ text }] : [{ text }, { text: ` failed ${failed}`, tone: 'alert' }];
}
