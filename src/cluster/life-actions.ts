/** How each intent about a node's life is carried out on one node. */

import type { NodeIntent } from '../control/index.js';
import type { NodeHandle } from './node-handle.js';

interface LifeAction {
  /** Selects the nodes to act on when the target is `all`. */
  readonly applies: (node: NodeHandle) => boolean;
  readonly act: (node: NodeHandle) => Promise<void>;
}

export const lifeActions: { readonly [T in NodeIntent['type']]: LifeAction } = {
  kill: { applies: (node) => node.isAlive, act: (node) => node.kill() },
  stop: { applies: (node) => node.isAlive, act: (node) => node.stop() },
  restart: { applies: (node) => !node.isAlive, act: (node) => node.start() },
  pause: { applies: (node) => !node.isPaused, act: (node) => node.pause() },
  resume: { applies: (node) => node.isPaused, act: (node) => node.resume() },
};
