/**
 * Lesson: a snapshot replaces the log before it, and the state of a node that is too far behind
 * (chapter 5).
 */

import { fixedActions, intentAction, okPattern, onLeader } from './actions.js';
import type { CommandAction, Lesson, Step } from './lesson.js';
import {
  allFollowLeader,
  appliedByAll,
  committedIn,
  entryText,
  followersIn,
  joinNames,
  leaderIn,
  nodeIn,
  runningIn,
} from './lesson-scene.js';

/** Together the values exceed what a log keeps of the entries before a snapshot (8 MiB). */
const bigBytes = 1_000_000;
const bigCount = 12;

const writes: Step = {
  instructions: 'Write two keys. One of them will be deleted while a node is down.',
  actions: onLeader('set gone soon', 'set kept yes'),
  check: (scene) => {
    const [gone, kept] = [
      appliedByAll(scene, 'SET gone soon'),
      appliedByAll(scene, 'SET kept yes'),
    ];
    if (!gone || !kept) return null;
    return {
      evidence: `all nodes hold ${entryText(gone)} and ${entryText(kept)}`,
      remember: { end: String(kept.index) },
    };
  },
};

const losesFollower: Step = {
  instructions: 'Kill a follower. Its log stays as it is for as long as the node is down.',
  actions: (scene) => {
    const follower = followersIn(scene).at(-1);
    return follower ? [intentAction({ type: 'kill', target: follower.id })] : null;
  },
  check: (scene) => {
    const [dead, ...more] = scene.view.nodes.filter(({ state }) => state === 'dead');
    if (!dead?.report || more.length > 0 || !leaderIn(scene)) return null;
    // The last report of a node that was killed may be older than its log.
    const end = Math.max(dead.report.lastLogIndex, Number(scene.memory.end));
    return {
      evidence: `${dead.id} is dead; its log ends at index ${end}`,
      remember: { away: dead.id, end: String(end) },
    };
  },
};

const deletes: Step = {
  instructions:
    'Delete a key. The dead node does not hear of it, and still has the key on its disk.',
  actions: (scene) => {
    const leader = leaderIn(scene);
    const commands = [['del', 'gone']];
    return (
      leader && [{ type: 'command', node: leader.id, commands, expects: /^\(integer\) [01]$/ }]
    );
  },
  check: (scene) => {
    const entry = committedIn(scene, 'DEL gone');
    return entry && { evidence: `${entryText(entry)} is committed` };
  },
};

const fills: Step = {
  instructions:
    'Write more than a log keeps. When a node takes a snapshot, it keeps the last 8 MiB of its ' +
    'log, for followers that are only a little behind. Here one key is overwritten again and ' +
    'again.',
  actions: (scene) => {
    const leader = leaderIn(scene);
    return leader && [bigWrites(leader.id)];
  },
  check: (scene) => {
    const running = runningIn(scene);
    const end = Number(scene.memory.end);
    // A snapshot covers what its node has applied.
    const hasAll = running.every(({ report }) => report.lastApplied >= end + bigCount);
    if (!leaderIn(scene) || !hasAll) return null;
    const texts = running.map(({ id, report }) => `${id} has applied index ${report.lastApplied}`);
    return { evidence: `${scene.memory.away}'s log ends at index ${end}; ${joinNames(texts)}` };
  },
};

function bigWrites(node: CommandAction['node']): CommandAction {
  const commands = Array.from({ length: bigCount }, () => ['set', 'big', '0'.repeat(bigBytes)]);
  const numbers = Array.from({ length: bigCount }, (_, at) => at + 1).join(' ');
  const shellCommand = (port: number) =>
    `for i in ${numbers}; do head -c ${bigBytes} /dev/zero | redis-cli -p ${port} -x set big; done`;
  return { type: 'command', node, commands, expects: okPattern, shellCommand };
}

const compacts: Step = {
  instructions:
    'Take a snapshot: the current state, without the history that led to it. The log before it ' +
    'is no longer needed, and is discarded.',
  actions: (scene) => {
    const uncompacted = runningIn(scene).filter(
      ({ report }) => report.firstLogIndex <= firstMissingIndex(scene.memory),
    );
    return uncompacted.map(({ id }) => intentAction({ type: 'snapshot', target: id }));
  },
  check: (scene) => {
    const running = runningIn(scene);
    const isCut = running.every(
      ({ report }) => report.firstLogIndex > firstMissingIndex(scene.memory),
    );
    if (!leaderIn(scene) || !isCut) return null;
    const texts = running.map(
      ({ id, report }) => `${id}'s log begins at index ${report.firstLogIndex}`,
    );
    return {
      evidence: `${joinNames(texts)}; entry ${firstMissingIndex(scene.memory)}, which ${scene.memory.away} needs next, is in no log`,
    };
  },
};

/** The index of the first entry that the dead node lacks. */
function firstMissingIndex(memory: Readonly<Record<string, string>>): number {
  return Number(memory.end) + 1;
}

const restartsFollower: Step = {
  instructions:
    'Restart the node. The entry that it needs is no longer in any log, so the leader sends it ' +
    'the snapshot (InstallSnapshot). The snapshot replaces everything that the node had. If it ' +
    'were merged into the old state, the deleted key would come back.',
  actions: fixedActions({ type: 'restart', target: 'all' }),
  check: (scene) => {
    const node = nodeIn(scene, scene.memory.away);
    const values = node && scene.contents.get(node.id)?.values;
    const event = scene.view.events.findLast(
      (candidate) => candidate.event === 'snapshotInstalled' && candidate.node === node?.id,
    );
    if (!node || !event || !values || !allFollowLeader(scene)) return null;
    if (values.kept !== 'yes' || values.big === undefined || values.gone !== undefined) return null;
    return {
      evidence: `${node.id} installed ${event.leader}'s snapshot up to index ${event.index}; it has the keys ${joinNames(Object.keys(values))}, but not the key gone`,
    };
  },
};

export const snapshot: Lesson = {
  name: 'snapshot',
  title: 'What if the log is gone?',
  teaches:
    'A snapshot replaces the log before it, and the whole state of a node that is too far behind.',
  section: '5',
  nodes: 3,
  steps: [writes, losesFollower, deletes, fills, compacts, restartsFollower],
};
