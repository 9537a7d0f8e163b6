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
    'Three nodes run, each with a log of its own. One of them leads, and only the leader takes ' +
    'writes. It puts your command at the end of its log and sends it to the others. Once a ' +
    'majority has it on disk, it is committed, and only then does the client hear OK.',
  actions: onLeader('set course raft'),
  check: (scene) => {
    const entry = committedIn(scene, 'SET course raft');
    const holders = holdersOf(scene, 'SET course raft');
    if (!entry || holders.length < 2) return null;
    const leader = leaderIn(scene)?.id;
    return {
      evidence: `${joinNames(holders)} hold ${entryText(entry)}; ${leader} leads and counts it committed`,
    };
  },
};

const asksFollower: Step = {
  instructions:
    'Now try it at a follower. It refuses, for two nodes that both put entries in order would ' +
    'disagree. It says where the leader is. Nothing was written.',
  actions: (scene) => {
    const [follower] = followersIn(scene);
    return follower
      ? [commandAction(follower.id, 'set course paxos', /^\(error\) not leader, leader is/)]
      : null;
  },
  leavesNoTrace: true,
  check: ({ replies: [reply] }) => (reply === undefined ? null : { evidence: `it said: ${reply}` }),
};

const losesFollower: Step = {
  instructions:
    'Kill a follower. Two of three are left, and that is still a majority. The leader goes on ' +
    'sending to the dead node, and does not wait for it.',
  actions: (scene) => {
    const follower = followersIn(scene).at(-1);
    return follower ? [intentAction({ type: 'kill', target: follower.id })] : null;
  },
  check: (scene) => {
    const dead = scene.view.nodes.filter(({ state }) => state === 'dead');
    if (dead.length !== 1 || !leaderIn(scene)) return null;
    return { evidence: `${dead[0]?.id} is dead, ${leaderIn(scene)?.id} leads` };
  },
};

const writesWithTwo: Step = {
  instructions:
    'Write again. Two nodes hold it, so it is committed. The third does not even know that it ' +
    'was written.',
  actions: onLeader('set nodes two'),
  check: (scene) => {
    const entry = committedIn(scene, 'SET nodes two');
    if (!entry) return null;
    return {
      evidence: `${joinNames(holdersOf(scene, 'SET nodes two'))} hold ${entryText(entry)}: committed`,
    };
  },
};

const catchesUp: Step = {
  instructions:
    'Start the dead node again. The leader finds where its log ends, and sends it all that it ' +
    'missed. In the end all logs are equal.',
  actions: () => [intentAction({ type: 'restart', target: 'all' })],
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET nodes two');
    if (!entry || !allFollowLeader(scene)) return null;
    const ids = scene.view.nodes.map(({ id }) => id);
    return { evidence: `${joinNames(ids)} all hold and have applied ${entryText(entry)}` };
  },
};

export const firstWrite: Lesson = {
  name: 'first-write',
  title: 'What becomes of a write?',
  teaches:
    'A write is done when a majority of the nodes has it in its log, and it waits for no more.',
  section: '3.5',
  nodes: 3,
  steps: [writes, asksFollower, losesFollower, writesWithTwo, catchesUp],
};
