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
  instructions: 'Three nodes run, and all is well. Write something, and it is committed.',
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
    'by itself (CheckQuorum). So you get an answer within seconds: "not leader" says that it ' +
    'did not happen, UNCERTAIN that nobody can say. Nothing hangs, and nobody is lied to.',
  actions: askSurvivor('set during minority'),
  leavesNoTrace: true,
  check: (scene) => {
    const [reply] = scene.replies;
    const { survivor = '' } = scene.memory;
    const entry = scene.contents.get(survivor)?.entries.at(-1);
    if (reply === undefined || !entry || leaderIn(scene)) return null;
    const state = entry.committed ? 'committed' : 'not committed';
    return {
      evidence: `${survivor} leads no more, and said: ${reply}; its log ends with ${entryText(entry)}, ${state}`,
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
    "Try to read. A majority elsewhere might have a newer value, and this node can't know. So it " +
    'refuses to answer, rather than to tell what may be old.',
  actions: askSurvivor('get before'),
  leavesNoTrace: true,
  check: ({ replies: [reply] }) => (reply === undefined ? null : { evidence: `it said: ${reply}` }),
};

const recovers: Step = {
  instructions:
    'Start the dead nodes again. Nobody touches the one that was left over: as soon as a ' +
    'majority is there, it elects a leader.',
  actions: fixedActions({ type: 'restart', target: 'all' }),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET before minority');
    const { survivor = '', startedAtMs } = scene.memory;
    const leader = leaderIn(scene);
    const node = nodeIn(scene, survivor);
    if (!entry || !leader || !allFollowLeader(scene)) return null;
    const isSameLife = String(node?.startedAtMs) === startedAtMs;
    const life = isSameLife ? 'was never restarted' : 'was restarted meanwhile';
    return {
      evidence: `${leader.id} leads term ${leader.report.term}; ${survivor} ${life}; all hold ${entryText(entry)}`,
    };
  },
};

const writesAgain: Step = {
  instructions: 'Write again. Writes are taken as before, and what was in doubt is decided by now.',
  actions: onLeader('set after minority'),
  check: (scene) => {
    const entry = committedIn(scene, 'SET after minority');
    const leader = leaderIn(scene);
    if (!entry || !leader) return null;
    const inDoubt = entryOf(scene, leader.id, uncertainCommand);
    const holders = joinNames(holdersOf(scene, entry.command));
    const fate = inDoubt
      ? `${entryText(inDoubt)} did happen`
      : 'the write in the minority did not happen';
    return { evidence: `${holders} hold ${entryText(entry)}: committed; ${fate}` };
  },
};

export const minority: Lesson = {
  name: 'minority',
  title: 'What can a minority do?',
  teaches:
    'Without a majority nothing is written and nothing hangs, and all goes on when it is back.',
  section: '6.2',
  nodes: 3,
  steps: [writes, losesMajority, triesToWrite, triesToRead, recovers, writesAgain],
};
