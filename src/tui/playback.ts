/**
 * Decides how the UI responds to a key while a recording is played: it controls the playback, or
 * only changes what is shown. decide.ts does so for a live cluster.
 */

import type { ClusterView } from '../control/index.js';
import { decide } from './decide.js';
import { actionOf, type KeyAction } from './key-bindings.js';
import type { UiState } from './scene.js';
import type { Playback } from './tui-options.js';
import { refuse, type UiDecision, updateUi } from './ui-decision.js';

const second = 1000;

interface PlaybackKey {
  readonly keys: readonly string[];
  readonly help: string;
  /** The text in the hint line, beginning with the key. */
  readonly hint?: string;
  readonly press: (playback: Playback) => void;
}

/** The keys that control the playback. They replace what the keys do in a live cluster. */
export const playbackKeys: readonly PlaybackKey[] = [
  {
    keys: ['space'],
    help: 'pause or resume',
    hint: 'space pause',
    press: (player) => player.playOrPause(),
  },
  {
    keys: ['n'],
    help: 'go to the next event',
    hint: 'n next event',
    press: (player) => player.toNextEvent(),
  },
  {
    keys: ['←', ','],
    help: 'back one second',
    hint: '←→ second',
    press: (player) => player.moveBy(-second),
  },
  { keys: ['→', '.'], help: 'forward one second', press: (player) => player.moveBy(second) },
  { keys: ['PageUp'], help: 'back ten seconds', press: (player) => player.moveBy(-10 * second) },
  {
    keys: ['PageDown'],
    help: 'forward ten seconds',
    press: (player) => player.moveBy(10 * second),
  },
  { keys: ['['], help: 'play slower', hint: '[] speed', press: (player) => player.slower() },
  { keys: [']'], help: 'play faster', press: (player) => player.faster() },
  { keys: ['g', 'Home'], help: 'go to the start', press: (player) => player.toStart() },
  { keys: ['G', 'End'], help: 'go to the end', press: (player) => player.toEnd() },
];

/** The actions that change nothing in a cluster. They work in a recording too. */
const viewOnlyActions: ReadonlySet<KeyAction> = new Set([
  'up',
  'down',
  'jump',
  'nextPanel',
  'previousPanel',
  'zoom',
  'filter',
  'help',
  'back',
  'redraw',
  'quit',
]);

/** True for actions that also work in a recording. */
export function isViewOnly(action: KeyAction): boolean {
  return viewOnlyActions.has(action);
}

/** Returns the decision for a key while a recording is played. */
export function decideInPlayback(
  key: string,
  ui: UiState,
  view: ClusterView,
  playback: Playback,
): UiDecision {
  if (ui.prompt || ui.isHelpOpen) return decide(key, ui, view);
  const playbackKey = playbackKeys.find(({ keys }) => keys.includes(key === ' ' ? 'space' : key));
  if (playbackKey) {
    playbackKey.press(playback);
    return updateUi(ui, { note: null });
  }
  const action = actionOf(key);
  if (action === null || isViewOnly(action)) return decide(key, ui, view);
  return refuse(ui, 'this is a recording; it cannot be changed');
}
