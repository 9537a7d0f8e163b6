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
  /** What the bottom line says, a key first. */
  readonly hint?: string;
  readonly press: (playback: Playback) => void;
}

/** Keys that a recording takes from the panels. */
export const playbackKeys: readonly PlaybackKey[] = [
  {
    keys: ['space'],
    help: 'pause or resume',
    hint: 'space pause',
    press: (one) => one.playOrPause(),
  },
  {
    keys: ['n'],
    help: 'go to the next event',
    hint: 'n next event',
    press: (one) => one.toNextEvent(),
  },
  {
    keys: ['←', ','],
    help: 'back one second',
    hint: '←→ second',
    press: (one) => one.moveBy(-second),
  },
  { keys: ['→', '.'], help: 'forward one second', press: (one) => one.moveBy(second) },
  { keys: ['PageUp'], help: 'back ten seconds', press: (one) => one.moveBy(-10 * second) },
  { keys: ['PageDown'], help: 'forward ten seconds', press: (one) => one.moveBy(10 * second) },
  { keys: ['['], help: 'play slower', hint: '[] speed', press: (one) => one.slower() },
  { keys: [']'], help: 'play faster', press: (one) => one.faster() },
  { keys: ['g', 'Home'], help: 'go to the start', press: (one) => one.toStart() },
  { keys: ['G', 'End'], help: 'go to the end', press: (one) => one.toEnd() },
];

/** What only looks is done to a recording as to a cluster. */
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

export function isViewOnly(action: KeyAction): boolean {
  return viewOnlyActions.has(action);
}

/** What a key leads to where a recording is played. */
export function decideInPlayback(
  key: string,
  ui: UiState,
  view: ClusterView,
  playback: Playback,
): UiDecision {
  if (ui.prompt || ui.isHelpOpen) return decide(key, ui, view);
  const own = playbackKeys.find(({ keys }) => keys.includes(key === ' ' ? 'space' : key));
  if (own) {
    own.press(playback);
    return updateUi(ui, { note: null });
  }
  const action = actionOf(key);
  if (action === null || isViewOnly(action)) return decide(key, ui, view);
  return refuse(ui, 'this is a recording; it cannot be changed');
}
