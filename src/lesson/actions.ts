import { type ClusterView, commandLineOf, type Intent, type NodeId } from '../control/index.js';
import type { Action, CommandAction, IntentAction, Step } from './lesson.js';
import { allFollowLeader, type LessonScene, leaderIn } from './lesson-scene.js';

export const okPattern = /^OK$/;
/** Either says that it was not done, or that nobody can say. */
export const refusedOrUncertain = /^\(error\) (not leader|UNCERTAIN)/;

export function intentAction(intent: Intent): IntentAction {
  return { type: 'intent', intent };
}

export function commandAction(
  node: NodeId,
  words: string,
  expects: RegExp,
  more: Pick<CommandAction, 'isDeferred'> = {},
): CommandAction {
  return { type: 'command', node, commands: [words.split(' ')], expects, ...more };
}

/** Commands on one connection: the first changes how the last is taken. */
export function commandSequence(
  node: NodeId,
  lines: readonly string[],
  expects: RegExp,
): CommandAction {
  return { type: 'command', node, commands: lines.map((line) => line.split(' ')), expects };
}

/** Whoever leads is asked, each on a connection of its own. */
export function onLeader(...lines: readonly string[]): Step['actions'] {
  return (scene) => {
    const leader = leaderIn(scene);
    return leader && lines.map((words) => commandAction(leader.id, words, okPattern));
  };
}

/** What does not depend on how things stand. */
export function fixedActions(...intents: readonly Intent[]): Step['actions'] {
  return () => intents.map(intentAction);
}

/** Not in the middle of an election, which would never end then. */
export function stopTime(scene: LessonScene): readonly Action[] | null {
  return allFollowLeader(scene) ? [intentAction({ type: 'speed', factor: 0 })] : null;
}

/** What a user types to do the same. */
export function shellCommandOf(action: Action, view: ClusterView): string {
  if (action.type === 'intent') return commandLineOf(action.intent, view.cluster);
  const port = view.nodes.find(({ id }) => id === action.node)?.respPort ?? 0;
  if (action.shellCommand) return action.shellCommand(port);
  const lines = action.commands.map((words) => words.join(' '));
  if (lines.length === 1) return `redis-cli -p ${port} ${lines[0]}`;
  return `printf '${lines.join('\\n')}\\n' | redis-cli -p ${port}`;
}
