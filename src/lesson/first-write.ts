/** Lesson: a write is committed by a majority (3.5). */

import { commandAction, intentAction, onLeader } from './actions.js';
import type { Lesson, Step } from './lesson.js';
import {
  allFollowLeader,
  appliedByAll,
  committedIn,
  entryText,
  followersIn,
  holdersOf,
  joinNames,
  leaderIn,
} from './lesson-scene.js';

const writes: Step = {
  instructions:
    'Three nodes run, and each keeps its own log. One of them is the leader, and only the leader ' +
    'accepts writes. It appends your command to its log as an entry, and sends the entry to the ' +
    'others. Once a majority has it on disk, the entry is committed, and only then does the ' +
    'client get OK.',
  actions: onLeader('set course raft'),
  check: (scene) => {
    const entry = committedIn(scene, 'SET course raft');
    const holders = holdersOf(scene, 'SET course raft');
    if (!entry || holders.length < 2) return null;
    const leader = leaderIn(scene)?.id;
    return {
      evidence: `${joinNames(holders)} hold ${entryText(entry)}; the leader, ${leader}, has committed it`,
    };
  },
};

const asksFollower: Step = {
  instructions:
    'Now send a write to a follower. It refuses, because two nodes that both decide the order of ' +
    'entries would disagree. Its reply says where the leader is. Nothing is written.',
  actions: (scene) => {
    const [follower] = followersIn(scene);
    return follower
      ? [commandAction(follower.id, 'set course paxos', /^\(error\) not leader, leader is/)]
      : null;
  },
  leavesNoTrace: true,
  check: ({ replies: [reply] }) =>
    reply === undefined ? null : { evidence: `the follower replied: ${reply}` },
};

const losesFollower: Step = {
  instructions:
    'Kill a follower. Two of three nodes are left, and that is still a majority. The leader ' +
    'keeps trying to reach the dead node, but does not wait for it.',
  actions: (scene) => {
    const follower = followersIn(scene).at(-1);
    return follower ? [intentAction({ type: 'kill', target: follower.id })] : null;
  },
  check: (scene) => {
    const dead = scene.view.nodes.filter(({ state }) => state === 'dead');
    if (dead.length !== 1 || !leaderIn(scene)) return null;
    return { evidence: `${dead[0]?.id} is dead; ${leaderIn(scene)?.id} leads` };
  },
};

const writesWithTwo: Step = {
  instructions:
    'Write again. Two nodes hold the entry, so it is committed. The dead node knows nothing of ' +
    'it yet.',
  actions: onLeader('set nodes two'),
  check: (scene) => {
    const entry = committedIn(scene, 'SET nodes two');
    if (!entry) return null;
    return {
      evidence: `${joinNames(holdersOf(scene, 'SET nodes two'))} hold ${entryText(entry)}, which is committed`,
    };
  },
};

const catchesUp: Step = {
  instructions:
    'Restart the dead node. The leader finds where its log ends, and sends it every entry that ' +
    'it missed. In the end all logs are equal.',
  actions: () => [intentAction({ type: 'restart', target: 'all' })],
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET nodes two');
    if (!entry || !allFollowLeader(scene)) return null;
    const ids = scene.view.nodes.map(({ id }) => id);
    return { evidence: `${joinNames(ids)} have all applied ${entryText(entry)}` };
  },
};

export const firstWrite: Lesson = {
  name: 'first-write',
  title: 'What happens to a write?',
  teaches:
    'A write is committed once a majority of the nodes has it on disk, even if the others are down.',
  section: '3.5',
  nodes: 3,
  steps: [writes, asksFollower, losesFollower, writesWithTwo, catchesUp],
};
