import type { ReactNode } from 'react';
import type { PanelName, Scene } from './scene.js';

export interface PanelProps {
  readonly scene: Scene;
  readonly columns: number;
  readonly rows: number;
}

/** A part of the screen. To add one is a file, and a line in `panels.ts`. */
export interface Panel {
  /** Those with a `PanelName` can have the focus. */
  readonly name: PanelName | 'title' | 'help' | 'status' | 'hint';
  /** Its word in the head line, and in the help. */
  readonly title: string;
  /** Who gets rows first when they are scarce: the higher number. */
  readonly priority: number;
  /** See `RowWish.heights`; empty when there is nothing to show. */
  readonly heights: (scene: Scene, columns: number) => readonly number[];
  readonly Show: (props: PanelProps) => ReactNode;
}
