/** Lesson: a minority commits nothing and serves no reads, and recovers by itself (6.2). */

import {
  commandAction,
  fixedActions,
  intentAction,
  onLeader,
  refusedOrUncertain,
} from './actions.js';
import type { Lesson, Step } from './lesson.js';
import {
  allFollowLeader,
  appliedByAll,
  committedIn,
  entryOf,
  entryText,
  holdersOf,
  joinNames,
  leaderIn,
  nodeIn,
  runningIn,
} from './lesson-scene.js';

const uncertainCommand = 'SET during minority';

const writes: Step = {
  instructions: 'All three nodes run. Write a key, and it is committed.',
  actions: onLeader('set before minority'),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET before minority');
    return entry && { evidence: `all nodes hold ${entryText(entry)}` };
  },
};

const losesMajority: Step = {
  instructions: 'Kill both followers. The leader is alone now, and one of three is a minority.',
  actions: (scene) => {
    const leader = leaderIn(scene);
    const others = runningIn(scene).filter(({ id }) => id !== leader?.id);
    return leader && others.map(({ id }) => intentAction({ type: 'kill', target: id }));
  },
  check: (scene) => {
    const [survivor, ...others] = runningIn(scene);
    if (!survivor || others.length > 0) return null;
    const dead = scene.view.nodes.filter(({ state }) => state === 'dead').map(({ id }) => id);
    return {
      evidence: `${joinNames(dead)} are dead; ${survivor.id} is alone`,
      remember: { survivor: survivor.id, startedAtMs: String(survivor.startedAtMs) },
    };
  },
};

const triesToWrite: Step = {
  instructions:
    'Try to write. A leader that has heard from no majority for an election timeout steps down ' +
    'by itself (CheckQuorum). So you get a reply within seconds: "not leader" means that the ' +
    'write did not happen, UNCERTAIN that it may or may not happen. Nothing hangs, and no client ' +
    'is misled.',
  actions: askSurvivor('set during minority'),
  leavesNoTrace: true,
  check: (scene) => {
    const [reply] = scene.replies;
    const { survivor = '' } = scene.memory;
    const entry = scene.contents.get(survivor)?.entries.at(-1);
    if (reply === undefined || !entry || leaderIn(scene)) return null;
    const state = entry.committed ? 'is committed' : 'is not committed';
    return {
      evidence: `${survivor} no longer leads, and replied: ${reply}; its log ends with ${entryText(entry)}, which ${state}`,
    };
  },
};

function askSurvivor(words: string): Step['actions'] {
  return (scene) => {
    const [survivor] = runningIn(scene);
    return survivor ? [commandAction(survivor.id, words, refusedOrUncertain)] : null;
  };
}

const triesToRead: Step = {
  instructions:
    'Try to read. A majority elsewhere might have a newer value, and this node cannot know. So it ' +
    'refuses, rather than return a value that may be old.',
  actions: askSurvivor('get before'),
  leavesNoTrace: true,
  check: ({ replies: [reply] }) =>
    reply === undefined ? null : { evidence: `the node replied: ${reply}` },
};

const recovers: Step = {
  instructions:
    'Restart the dead nodes. The survivor needs no help: as soon as a majority runs again, it ' +
    'elects a leader.',
  actions: fixedActions({ type: 'restart', target: 'all' }),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET before minority');
    const { survivor = '', startedAtMs } = scene.memory;
    const leader = leaderIn(scene);
    const node = nodeIn(scene, survivor);
    if (!entry || !leader || !allFollowLeader(scene)) return null;
    const isSameLife = String(node?.startedAtMs) === startedAtMs;
    const life = isSameLife ? 'was never restarted' : 'was restarted in the meantime';
    return {
      evidence: `${leader.id} leads term ${leader.report.term}; ${survivor} ${life}; all hold ${entryText(entry)}`,
    };
  },
};

const writesAgain: Step = {
  instructions:
    'Write again. Writes work as before, and by now it is decided whether the uncertain write ' +
    'happened.',
  actions: onLeader('set after minority'),
  check: (scene) => {
    const entry = committedIn(scene, 'SET after minority');
    const leader = leaderIn(scene);
    if (!entry || !leader) return null;
    const uncertain = entryOf(scene, leader.id, uncertainCommand);
    const holders = joinNames(holdersOf(scene, entry.command));
    const fate = uncertain
      ? `${entryText(uncertain)} did happen`
      : 'the write to the minority did not happen';
    return { evidence: `${holders} hold ${entryText(entry)}, which is committed; ${fate}` };
  },
};

export const minority: Lesson = {
  name: 'minority',
  title: 'What can a minority do?',
  teaches:
    'Without a majority nothing is committed and nothing hangs, and work resumes when it is back.',
  section: '6.2',
  nodes: 3,
  steps: [writes, losesMajority, triesToWrite, triesToRead, recovers, writesAgain],
};
