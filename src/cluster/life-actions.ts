import type { NodeIntent } from '../control/index.js';
import type { NodeHandle } from './node-handle.js';

interface LifeAction {
  /** Where all nodes are meant, the others are left alone. */
  readonly applies: (node: NodeHandle) => boolean;
  readonly act: (node: NodeHandle) => Promise<void>;
}

/** What a user may do to a node's life. */
export const lifeActions: { readonly [T in NodeIntent['type']]: LifeAction } = {
  kill: { applies: (node) => node.isAlive, act: (node) => node.kill() },
  stop: { applies: (node) => node.isAlive, act: (node) => node.stop() },
  restart: { applies: (node) => !node.isAlive, act: (node) => node.start() },
  pause: { applies: (node) => !node.isPaused, act: (node) => node.pause() },
  resume: { applies: (node) => node.isPaused, act: (node) => node.resume() },
};
