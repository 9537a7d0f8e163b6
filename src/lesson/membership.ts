/** Lesson: members are added and removed one at a time, through the log (chapter 4). */

import type { NodeReport } from '../control/index.js';
import { intentAction, onLeader } from './actions.js';
import type { Lesson, Step } from './lesson.js';
import {
  allFollowLeader,
  appliedByAll,
  committedIn,
  entryOf,
  entryText,
  followersIn,
  joinNames,
  type LessonScene,
  leaderIn,
} from './lesson-scene.js';

const keptCommand = 'SET kept yes';

const writes: Step = {
  instructions: 'The cluster has three members. Write a key that is to outlive all of the changes.',
  actions: onLeader('set kept yes'),
  check: (scene) => {
    const entry = appliedByAll(scene, keptCommand);
    return entry && { evidence: `all nodes hold ${entryText(entry)}; ${describeMembers(scene)}` };
  },
};

const addsLearner: Step = {
  instructions:
    'Start a fourth node as a learner. It receives the log as a follower does, but it has no vote ' +
    'and does not count towards a majority. So the cluster never waits for it while it catches up.',
  actions: (scene) => addNodeOnce(scene, 3, true),
  check: (scene) => {
    const learner = leaderReport(scene)?.learners[0];
    const entry = learner && entryOf(scene, learner, keptCommand);
    if (!entry?.applied) return null;
    return {
      evidence: `${learner} is a learner, and has applied ${entryText(entry)}; ${describeMembers(scene)}`,
    };
  },
};

const promotes: Step = {
  instructions:
    'Promote it to a voter. The new configuration is an entry in the log, and each node uses it ' +
    'as soon as it has that entry. Only one server is added or removed at a time, so that any ' +
    'majority of the old members shares a node with any majority of the new ones.',
  actions: (scene) => {
    const report = leaderReport(scene);
    return report?.learners.map((target) => intentAction({ type: 'promote', target })) ?? null;
  },
  check: (scene) => evidenceOfVoters(scene, 4),
};

const addsFifth: Step = {
  instructions:
    'Add a fifth node, this time without --learner. It is a learner only until it has caught up, ' +
    'and then becomes a voter by itself. Five nodes survive the loss of any two.',
  actions: (scene) => addNodeOnce(scene, 4, false),
  check: (scene) => evidenceOfVoters(scene, 5),
};

const removesLeader: Step = {
  instructions:
    'Remove the leader. It leads until the entry that removes it is committed, and does not ' +
    'count itself in the majority for that entry. Then it leaves, and the others elect a leader.',
  actions: (scene) => {
    const report = leaderReport(scene);
    if (!report) return null;
    return report.voters.length < 5 ? [] : [intentAction({ type: 'remove', target: 'leader' })];
  },
  check: (scene) => evidenceOfVoters(scene, 4),
};

const removesFollower: Step = {
  instructions: 'Remove one more member. Three are left, and two of them are a majority again.',
  actions: (scene) => {
    const follower = followersIn(scene).at(-1);
    const report = leaderReport(scene);
    if (!report || !follower) return null;
    return report.voters.length < 4 ? [] : [intentAction({ type: 'remove', target: follower.id })];
  },
  check: (scene) => evidenceOfVoters(scene, 3),
};

const writesAgain: Step = {
  instructions: 'Write once more. Nothing was lost along the way: the first write is still there.',
  actions: onLeader('set after changes'),
  check: (scene) => {
    const [first, last] = [
      appliedByAll(scene, keptCommand),
      appliedByAll(scene, 'SET after changes'),
    ];
    return (
      first && last && { evidence: `all members hold ${entryText(first)} and ${entryText(last)}` }
    );
  },
};

/** Adds a node unless the view has more than `count`: a new node may be slow to become a member. */
function addNodeOnce({ view }: LessonScene, count: number, learner: boolean) {
  return view.nodes.length > count ? [] : [intentAction({ type: 'add', learner })];
}

function leaderReport(scene: LessonScene): NodeReport | null {
  return leaderIn(scene)?.report ?? null;
}

/** Complete when exactly `count` voters run, and the configuration entry is committed. */
function evidenceOfVoters(scene: LessonScene, count: number) {
  const leader = leaderIn(scene);
  if (leader?.report.voters.length !== count || scene.view.nodes.length !== count) return null;
  const entries = scene.contents.get(leader.id)?.entries ?? [];
  const change = entries.findLast(({ command }) => command.startsWith('configuration'));
  if (!change?.committed || !allFollowLeader(scene) || !committedIn(scene, keptCommand))
    return null;
  return {
    evidence: `${change.command} is committed at index ${change.index}; ${describeMembers(scene)}`,
  };
}

function describeMembers(scene: LessonScene): string {
  const leader = leaderIn(scene);
  const voters = leader?.report.voters ?? [];
  return `${leader?.id} leads the voters ${joinNames(voters)}; ${Math.floor(voters.length / 2) + 1} of them are a majority`;
}

export const membership: Lesson = {
  name: 'membership',
  title: 'How do members join and leave?',
  teaches:
    'Members change one at a time, through entries in the log, while the cluster keeps working.',
  section: '4',
  nodes: 3,
  steps: [writes, addsLearner, promotes, addsFifth, removesLeader, removesFollower, writesAgain],
};
