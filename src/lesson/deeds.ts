import { type ClusterView, commandLineOf, type Intent, type NodeId } from '../control/index.js';
import type { Deed, Order, Request, Step } from './lesson.js';
import { doAllFollow, leaderIn, type Scene } from './scene.js';

export const ok = /^OK$/;
/** Either says that it was not done, or that nobody can say. */
export const notDone = /^\(error\) (not leader|UNCERTAIN)/;

export function order(intent: Intent): Order {
  return { type: 'order', intent };
}

export function request(
  node: NodeId,
  words: string,
  expects: RegExp,
  more: Pick<Request, 'isSlow'> = {},
): Request {
  return { type: 'request', node, commands: [words.split(' ')], expects, ...more };
}

/** Commands on one connection: the first changes how the last is taken. */
export function requests(node: NodeId, lines: readonly string[], expects: RegExp): Request {
  return { type: 'request', node, commands: lines.map((line) => line.split(' ')), expects };
}

/** Whoever leads is asked, each on a connection of its own. */
export function onLeader(...lines: readonly string[]): Step['deeds'] {
  return (scene) => {
    const leader = leaderIn(scene);
    return leader && lines.map((words) => request(leader.id, words, ok));
  };
}

/** What does not depend on how things stand. */
export function orders(...intents: readonly Intent[]): Step['deeds'] {
  return () => intents.map(order);
}

/** Not in the middle of an election, which would never end then. */
export function stopTime(scene: Scene): readonly Deed[] | null {
  return doAllFollow(scene) ? [order({ type: 'speed', factor: 0 })] : null;
}

/** What a user types to do the same. */
export function typed(deed: Deed, view: ClusterView): string {
  if (deed.type === 'order') return commandLineOf(deed.intent, view.cluster);
  const port = view.nodes.find(({ id }) => id === deed.node)?.respPort ?? 0;
  if (deed.typed) return deed.typed(port);
  const lines = deed.commands.map((words) => words.join(' '));
  if (lines.length === 1) return `redis-cli -p ${port} ${lines[0]}`;
  return `printf '${lines.join('\\n')}\\n' | redis-cli -p ${port}`;
}
