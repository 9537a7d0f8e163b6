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
  instructions: 'Write a price. Every node gets it, and would read the same.',
  actions: onLeader('set price 10'),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET price 10');
    return entry && { evidence: `all nodes have applied ${entryText(entry)}` };
  },
};

const isolates: Step = {
  instructions:
    "Cut the leader from the others. They elect another one. The old one can't hear of it: all " +
    'that it knows is as it was.',
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

const writesAnew: Step = {
  instructions: 'The price changes. A majority has the new one, so the write is committed.',
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
    'Ask the old leader, and tell it to answer from what it has (RAFT READS local). It gives ' +
    'the old price, though the new one was acknowledged before you asked. That is a stale ' +
    'read.',
  actions: (scene) => {
    const node = nodeIn(scene, scene.memory.alone);
    return node ? [commandSequence(node.id, ['raft reads local', 'get price'], /^"10"$/)] : null;
  },
  leavesNoTrace: true,
  check: (scene) => evidenceOfReply(scene, 'a stale read'),
};

const readsFresh: Step = {
  instructions:
    'Ask it again, as clients usually do. Before it answers, a node has a majority confirm who ' +
    'leads, and up to which index it must have read (ReadIndex). Nobody confirms it here, so ' +
    'it refuses: better no answer than an old one.',
  actions: (scene) => {
    const node = nodeIn(scene, scene.memory.alone);
    return node ? [commandAction(node.id, 'get price', refusedOrUncertain)] : null;
  },
  leavesNoTrace: true,
  check: (scene) => evidenceOfReply(scene, 'no stale read'),
};

function evidenceOfReply({ replies: [reply], memory }: LessonScene, verdict: string) {
  return reply === undefined ? null : { evidence: `${memory.alone} said: ${reply}; ${verdict}` };
}

const heals: Step = {
  instructions:
    'Heal the links. The old leader follows, fetches what it missed, and serves fresh reads.',
  actions: fixedActions({ type: 'heal' }),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET price 20');
    if (!entry || !allFollowLeader(scene)) return null;
    return { evidence: `all nodes have applied ${entryText(entry)}` };
  },
};

const readsAgain: Step = {
  instructions:
    'Ask it once more. It leads no more, but it can read: a follower asks the leader for the index.',
  actions: (scene) => {
    const node = nodeIn(scene, scene.memory.alone);
    return node ? [commandAction(node.id, 'get price', /^"20"$/)] : null;
  },
  leavesNoTrace: true,
  check: (scene) => evidenceOfReply(scene, 'it is the new price, read at a follower'),
};

export const staleRead: Lesson = {
  name: 'stale-read',
  title: 'Can a read be too old?',
  teaches:
    'A node may not know that it leads no more, so a read needs a majority as much as a write.',
  section: '6.4',
  nodes: 3,
  steps: [writes, isolates, writesAnew, readsLocally, readsFresh, heals, readsAgain],
};
