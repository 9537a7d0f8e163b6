/**
 * Builders of the actions that lessons are made of, and the shell commands that do the same.
 * action-runner.ts performs them.
 */

import { type ClusterView, commandLineOf, type Intent, type NodeId } from '../control/index.js';
import type { Action, CommandAction, IntentAction, Step } from './lesson.js';
import { allFollowLeader, type LessonScene, leaderIn } from './lesson-scene.js';

export const okPattern = /^OK$/;
/** Matches a refusal (the command did not happen) and UNCERTAIN (it may or may not happen). */
export const refusedOrUncertain = /^\(error\) (not leader|UNCERTAIN)/;

export function intentAction(intent: Intent): IntentAction {
  return { type: 'intent', intent };
}

/** A single command; `words` is split at spaces. */
export function commandAction(
  node: NodeId,
  words: string,
  expects: RegExp,
  more: Pick<CommandAction, 'isDeferred'> = {},
): CommandAction {
  return { type: 'command', node, commands: [words.split(' ')], expects, ...more };
}

/** Commands on one connection, where earlier ones affect the last, whose reply is expected. */
export function commandSequence(
  node: NodeId,
  lines: readonly string[],
  expects: RegExp,
): CommandAction {
  return { type: 'command', node, commands: lines.map((line) => line.split(' ')), expects };
}

/** Sends each command to the current leader, on a connection of its own, and expects OK. */
export function onLeader(...lines: readonly string[]): Step['actions'] {
  return (scene) => {
    const leader = leaderIn(scene);
    return leader && lines.map((words) => commandAction(leader.id, words, okPattern));
  };
}

/** Actions that are the same in every scene. */
export function fixedActions(...intents: readonly Intent[]): Step['actions'] {
  return () => intents.map(intentAction);
}

/** Stops time once all nodes follow the leader: an election would never finish in stopped time. */
export function stopTime(scene: LessonScene): readonly Action[] | null {
  return allFollowLeader(scene) ? [intentAction({ type: 'speed', factor: 0 })] : null;
}

/** Returns the shell command with which a user performs the same action. */
export function shellCommandOf(action: Action, view: ClusterView): string {
  if (action.type === 'intent') return commandLineOf(action.intent, view.cluster);
  const port = view.nodes.find(({ id }) => id === action.node)?.respPort ?? 0;
  if (action.shellCommand) return action.shellCommand(port);
  const lines = action.commands.map((words) => words.join(' '));
  if (lines.length === 1) return `redis-cli -p ${port} ${lines[0]}`;
  return `printf '${lines.join('\\n')}\\n' | redis-cli -p ${port}`;
}
