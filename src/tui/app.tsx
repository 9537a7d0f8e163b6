/**
 * The root component: follows the view and the UI state, passes keys to Controls and draws the
 * panels where arrange.ts places them.
 */

import { Box } from 'ink';
import { type ReactNode, useEffect } from 'react';
import type { ClusterView } from '../control/index.js';
import { arrange, type Band, isPanelShown } from './arrange.js';
import type { Controls } from './controls.js';
import type { ExternalStore } from './external-store.js';
import { isTooSmall, rowsFor, type Size } from './layout.js';
import { PaintContext } from './lines.js';
import type { Paint } from './paint.js';
import type { Scene } from './scene.js';
import { TooSmall } from './too-small.js';
import type { Playback } from './tui-options.js';
import { useExternalStore } from './use-external-store.js';
import { useKeys } from './use-keys.js';

interface AppProps {
  readonly view: ExternalStore<ClusterView>;
  readonly size: ExternalStore<Size>;
  readonly controls: Controls;
  readonly paint: Paint;
  readonly version: string;
  readonly quitMode: Scene['quitMode'];
  /** The current time, on the clock of the views' `startedAtMs`. */
  readonly now: () => number;
  readonly playback?: Playback | undefined;
}

export function App(props: AppProps): ReactNode {
  const { view, size, controls, paint, version, quitMode, now } = props;
  const ui = useExternalStore(controls);
  const playback = props.playback?.statusText();
  const scene: Scene = {
    view: useExternalStore(view),
    ui,
    version,
    quitMode,
    nowMs: now(),
    playback,
  };
  const { columns, rows } = useExternalStore(size);
  const isScreenTooSmall = isTooSmall({ columns, rows });
  const bands = isScreenTooSmall ? [] : arrange(scene, { columns, rows });
  const isInspecting = isPanelShown(bands, 'inspector');
  useEffect(() => controls.inspect(isInspecting), [controls, isInspecting]);
  useKeys((keys) => {
    const accepted = isScreenTooSmall
      ? keys.filter((key) => key === 'q' || key === 'Ctrl-C')
      : keys;
    controls.press(accepted);
  });
  return (
    <PaintContext value={paint}>
      <Box flexDirection="column" width={columns} height={rowsFor({ columns, rows })}>
        {isScreenTooSmall ? (
          <TooSmall columns={columns} rows={rows} />
        ) : (
          bands.map((band, at) => <Stacks key={String(at)} band={band} scene={scene} />)
        )}
      </Box>
    </PaintContext>
  );
}

function Stacks({ band, scene }: { readonly band: Band; readonly scene: Scene }): ReactNode {
  return (
    <Box columnGap={1}>
      {band.map(({ columns, panels }) => (
        <Box key={panels[0]?.panel.name ?? ''} flexDirection="column" width={columns}>
          {panels.map(({ panel: { name, Show }, rows }) => (
            <Show key={name} scene={scene} columns={columns} rows={rows} />
          ))}
        </Box>
      ))}
    </Box>
  );
}
