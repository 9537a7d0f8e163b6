import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { ClusterView } from '../control/index.js';
import type { Controls } from './controls.js';
import { isTooSmall, rowsFor, type Size, shareRows } from './layout.js';
import { PaintContext } from './lines.js';
import type { Paint } from './paint.js';
import { clusterPanels, helpPanels } from './panels.js';
import type { Scene } from './scene.js';
import type { Store } from './store.js';
import { TooSmall } from './too-small.js';
import { useKeys } from './use-keys.js';
import { useStored } from './use-stored.js';

export interface AppProps {
  readonly view: Store<ClusterView>;
  readonly size: Store<Size>;
  readonly controls: Controls;
  readonly paint: Paint;
  readonly version: string;
}

export function App({ view, size, controls, paint, version }: AppProps): ReactNode {
  const scene: Scene = {
    view: useStored(view),
    ui: useStored(controls),
    version,
    nowMs: Date.now(),
  };
  const { columns, rows } = useStored(size);
  const isBlind = isTooSmall({ columns, rows });
  useKeys((action) => {
    if (!isBlind || action === 'quit') controls.perform(action);
  });
  return (
    <PaintContext value={paint}>
      <Box flexDirection="column" width={columns} height={rowsFor({ columns, rows })}>
        {isBlind ? (
          <TooSmall columns={columns} rows={rows} />
        ) : (
          <Panels scene={scene} columns={columns} rows={rowsFor({ columns, rows })} />
        )}
      </Box>
    </PaintContext>
  );
}

function Panels({ scene, columns, rows }: Size & { readonly scene: Scene }): ReactNode {
  const panels = scene.ui.isHelpOpen ? helpPanels : clusterPanels;
  const wishes = panels.map(({ importance, heights }) => ({
    importance,
    heights: heights(scene, columns),
  }));
  const shares = shareRows(rows, wishes);
  return panels.map(({ name, Show }, at) => {
    const share = shares[at] ?? 0;
    return share > 0 && <Show key={name} scene={scene} columns={columns} rows={share} />;
  });
}
