/** The interface of the parts of the screen. */

import type { ReactNode } from 'react';
import type { PanelName, Scene } from './scene.js';

export interface PanelProps {
  readonly scene: Scene;
  readonly columns: number;
  readonly rows: number;
}

/** A part of the screen. A new panel needs a file of its own and a line in panels.ts. */
export interface Panel {
  /** Panels with a `PanelName` can have the focus. */
  readonly name: PanelName | 'title' | 'help' | 'status' | 'hint';
  /** The name that users see. */
  readonly title: string;
  /** Higher numbers get rows first when they are scarce. */
  readonly priority: number;
  /** The useful heights, as in `RowDemand`. Empty when there is nothing to show. */
  readonly heights: (scene: Scene, columns: number) => readonly number[];
  readonly Show: (props: PanelProps) => ReactNode;
}
