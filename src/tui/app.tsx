import { Box } from 'ink';
import { type ReactNode, useEffect } from 'react';
import type { ClusterView } from '../control/index.js';
import { arrange, type Band, isToBeSeen } from './arrange.js';
import type { Controls } from './controls.js';
import { isTooSmall, rowsFor, type Size } from './layout.js';
import { PaintContext } from './lines.js';
import type { Paint } from './paint.js';
import type { Scene } from './scene.js';
import type { Store } from './store.js';
import { TooSmall } from './too-small.js';
import type { Playback } from './tui-options.js';
import { useKeys } from './use-keys.js';
import { useStored } from './use-stored.js';

interface AppProps {
  readonly view: Store<ClusterView>;
  readonly size: Store<Size>;
  readonly controls: Controls;
  readonly paint: Paint;
  readonly version: string;
  readonly quitDoes: Scene['quitDoes'];
  /** On the clock of the views' `startedAtMs`. */
  readonly now: () => number;
  readonly playback?: Playback | undefined;
}

export function App(props: AppProps): ReactNode {
  const { view, size, controls, paint, version, quitDoes, now } = props;
  const ui = useStored(controls);
  const playback = props.playback?.words();
  const scene: Scene = { view: useStored(view), ui, version, quitDoes, nowMs: now(), playback };
  const { columns, rows } = useStored(size);
  const isBlind = isTooSmall({ columns, rows });
  const bands = isBlind ? [] : arrange(scene, { columns, rows });
  const isInspecting = isToBeSeen(bands, 'inspector');
  useEffect(() => controls.inspect(isInspecting), [controls, isInspecting]);
  useKeys((keys) => {
    const heard = isBlind ? keys.filter((key) => key === 'q' || key === 'Ctrl-C') : keys;
    controls.press(heard);
  });
  return (
    <PaintContext value={paint}>
      <Box flexDirection="column" width={columns} height={rowsFor({ columns, rows })}>
        {isBlind ? (
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
