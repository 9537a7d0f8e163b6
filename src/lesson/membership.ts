import type { NodeReport } from '../control/index.js';
import { onLeader, order } from './deeds.js';
import type { Lesson, Step } from './lesson.js';
import {
  appliedByAll,
  committedIn,
  doAllFollow,
  entryOf,
  followersIn,
  leaderIn,
  listed,
  placed,
  type Scene,
} from './scene.js';

const written = 'SET kept yes';

const writes: Step = {
  words: 'Three nodes are members. Write something that is to outlive all of the changes.',
  deeds: onLeader('set kept yes'),
  check: (scene) => {
    const entry = appliedByAll(scene, written);
    return entry && { evidence: `all nodes hold ${placed(entry)}; ${members(scene)}` };
  },
};

const addsLearner: Step = {
  words:
    'Start a fourth node, as a learner. It gets the log like a follower, but has no vote, and ' +
    'no majority needs it. So an empty node costs the cluster nothing while it catches up.',
  deeds: (scene) => addTo(scene, 3, true),
  check: (scene) => {
    const learner = reportOf(scene)?.learners[0];
    const entry = learner && entryOf(scene, learner, written);
    if (!entry?.applied) return null;
    return {
      evidence: `${learner} is a learner, and has applied ${placed(entry)}; ${members(scene)}`,
    };
  },
};

const promotes: Step = {
  words:
    'Make it a voter. The new configuration is an entry of the log, and each node uses it from ' +
    'when it has it. Only one server is added or removed at a time: so each majority of the ' +
    'old members shares a node with each of the new ones.',
  deeds: (scene) => {
    const report = reportOf(scene);
    return report?.learners.map((target) => order({ type: 'promote', target })) ?? null;
  },
  check: (scene) => hasVoters(scene, 4),
};

const addsFifth: Step = {
  words:
    'Add a fifth. Without a word it is a learner until it has caught up, and then a voter. ' +
    'Five nodes survive the loss of any two.',
  deeds: (scene) => addTo(scene, 4, false),
  check: (scene) => hasVoters(scene, 5),
};

const removesLeader: Step = {
  words:
    'Remove the leader. It leads until the entry that removes it is committed, and does not ' +
    'count itself for that. Then it goes, and the others elect one of theirs.',
  deeds: (scene) => {
    const report = reportOf(scene);
    if (!report) return null;
    return report.voters.length < 5 ? [] : [order({ type: 'remove', target: 'leader' })];
  },
  check: (scene) => hasVoters(scene, 4),
};

const removesFollower: Step = {
  words: 'Remove one more. Three nodes are left, of which two are a majority again.',
  deeds: (scene) => {
    const follower = followersIn(scene).at(-1);
    const report = reportOf(scene);
    if (!report || !follower) return null;
    return report.voters.length < 4 ? [] : [order({ type: 'remove', target: follower.id })];
  },
  check: (scene) => hasVoters(scene, 3),
};

const writesAgain: Step = {
  words: 'Write once more. Nothing was lost on the way: the first write is still there.',
  deeds: onLeader('set after changes'),
  check: (scene) => {
    const [first, last] = [appliedByAll(scene, written), appliedByAll(scene, 'SET after changes')];
    return first && last && { evidence: `all members hold ${placed(first)} and ${placed(last)}` };
  },
};

/** Only once: a node that was added may be slow to become a member. */
function addTo({ view }: Scene, count: number, learner: boolean) {
  return view.nodes.length > count ? [] : [order({ type: 'add', learner })];
}

function reportOf(scene: Scene): NodeReport | null {
  return leaderIn(scene)?.report ?? null;
}

/** Nobody else runs, and the change is committed. */
function hasVoters(scene: Scene, count: number) {
  const leader = leaderIn(scene);
  if (leader?.report.voters.length !== count || scene.view.nodes.length !== count) return null;
  const entries = scene.holdings.get(leader.id)?.entries ?? [];
  const change = entries.findLast(({ command }) => command.startsWith('configuration'));
  if (!change?.committed || !doAllFollow(scene) || !committedIn(scene, written)) return null;
  return { evidence: `${change.command} is committed at index ${change.index}; ${members(scene)}` };
}

function members(scene: Scene): string {
  const leader = leaderIn(scene);
  const voters = leader?.report.voters ?? [];
  return `${leader?.id} leads ${listed(voters)}, of which ${Math.floor(voters.length / 2) + 1} are a majority`;
}

export const membership: Lesson = {
  name: 'membership',
  title: 'How do members come and go?',
  teaches: 'Members change one at a time, by entries of the log, while the cluster goes on.',
  section: '4',
  nodes: 3,
  steps: [writes, addsLearner, promotes, addsFifth, removesLeader, removesFollower, writesAgain],
};
