/** Lesson: linearizable reads need a majority, as writes do (6.4). */

import {
  commandAction,
  commandSequence,
  fixedActions,
  onLeader,
  refusedOrUncertain,
} from './actions.js';
import type { Lesson, Step } from './lesson.js';
import {
  allFollowLeader,
  appliedByAll,
  committedIn,
  entryText,
  isolatedIn,
  type LessonScene,
  leaderIn,
  nodeIn,
} from './lesson-scene.js';

const writes: Step = {
  instructions:
    'Write a price. Every node receives it, so a read at any node returns the same price.',
  actions: onLeader('set price 10'),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET price 10');
    return entry && { evidence: `all nodes have applied ${entryText(entry)}` };
  },
};

const isolates: Step = {
  instructions:
    'Cut the leader off from the others. They elect a new leader. The old one cannot hear of it, ' +
    'and keeps the data that it had.',
  actions: fixedActions({ type: 'isolate', target: 'leader' }),
  check: (scene) => {
    const alone = isolatedIn(scene);
    const leader = leaderIn(scene);
    if (alone === null || !leader || leader.id === alone) return null;
    return {
      evidence: `${alone} is cut off; ${leader.id} leads term ${leader.report.term}`,
      remember: { alone },
    };
  },
};

const writesNewPrice: Step = {
  instructions: 'Change the price. A majority has the new price, so the write is committed.',
  actions: onLeader('set price 20'),
  check: (scene) => {
    const entry = committedIn(scene, 'SET price 20');
    const { alone = '' } = scene.memory;
    const node = nodeIn(scene, alone);
    const old = node && scene.contents.get(node.id)?.values.price;
    if (!entry || old === undefined) return null;
    return { evidence: `${entryText(entry)} is committed; ${alone} still has price ${old}` };
  },
};

const readsLocally: Step = {
  instructions:
    'Read from the old leader, and tell it to answer from its own state (RAFT READS local). It ' +
    'returns the old price, although the new one was acknowledged before you asked. That is a ' +
    'stale read.',
  actions: (scene) => {
    const node = nodeIn(scene, scene.memory.alone);
    return node ? [commandSequence(node.id, ['raft reads local', 'get price'], /^"10"$/)] : null;
  },
  leavesNoTrace: true,
  check: (scene) => evidenceOfReply(scene, 'this is a stale read'),
};

const readsFresh: Step = {
  instructions:
    'Read from it again, this time without that setting. Before a node answers, a majority must ' +
    'confirm which node leads, and which index the read must wait for (ReadIndex). Here no node ' +
    'confirms it, so the old leader refuses: no answer is better than an old one.',
  actions: (scene) => {
    const node = nodeIn(scene, scene.memory.alone);
    return node ? [commandAction(node.id, 'get price', refusedOrUncertain)] : null;
  },
  leavesNoTrace: true,
  check: (scene) => evidenceOfReply(scene, 'there is no stale read'),
};

function evidenceOfReply({ replies: [reply], memory }: LessonScene, verdict: string) {
  return reply === undefined ? null : { evidence: `${memory.alone} replied: ${reply}; ${verdict}` };
}

const heals: Step = {
  instructions:
    'Heal the links. The old leader becomes a follower, receives what it missed, and serves fresh ' +
    'reads again.',
  actions: fixedActions({ type: 'heal' }),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET price 20');
    if (!entry || !allFollowLeader(scene)) return null;
    return { evidence: `all nodes have applied ${entryText(entry)}` };
  },
};

const readsAgain: Step = {
  instructions:
    'Read from it once more. It no longer leads, but it can serve the read: a follower asks the ' +
    'leader which index to wait for.',
  actions: (scene) => {
    const node = nodeIn(scene, scene.memory.alone);
    return node ? [commandAction(node.id, 'get price', /^"20"$/)] : null;
  },
  leavesNoTrace: true,
  check: (scene) => evidenceOfReply(scene, 'this is the new price, read from a follower'),
};

export const staleRead: Lesson = {
  name: 'stale-read',
  title: 'Can a read return an old value?',
  teaches:
    'A node may not know that it no longer leads, so a read needs a majority just as a write does.',
  section: '6.4',
  nodes: 3,
  steps: [writes, isolates, writesNewPrice, readsLocally, readsFresh, heals, readsAgain],
};
