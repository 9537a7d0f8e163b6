import { notDone, onLeader, order, orders, request } from './deeds.js';
import type { Lesson, Step } from './lesson.js';
import {
  appliedByAll,
  committedIn,
  doAllFollow,
  entryOf,
  holdersOf,
  leaderIn,
  listed,
  nodeIn,
  placed,
  runningIn,
} from './scene.js';

const doubtful = 'SET during minority';

const writes: Step = {
  words: 'Three nodes run, and all is well. Write something, and it is committed.',
  deeds: onLeader('set before minority'),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET before minority');
    return entry && { evidence: `all nodes hold ${placed(entry)}` };
  },
};

const losesMajority: Step = {
  words: 'Kill both followers. The leader is alone now, and one of three is a minority.',
  deeds: (scene) => {
    const leader = leaderIn(scene);
    const others = runningIn(scene).filter(({ id }) => id !== leader?.id);
    return leader && others.map(({ id }) => order({ type: 'kill', target: id }));
  },
  check: (scene) => {
    const [survivor, ...others] = runningIn(scene);
    if (!survivor || others.length > 0) return null;
    const dead = scene.view.nodes.filter(({ state }) => state === 'dead').map(({ id }) => id);
    return {
      evidence: `${listed(dead)} are dead; ${survivor.id} is alone`,
      remember: { survivor: survivor.id, startedAtMs: String(survivor.startedAtMs) },
    };
  },
};

const triesToWrite: Step = {
  words:
    'Try to write. A leader that has heard from no majority for an election timeout steps down ' +
    'by itself (CheckQuorum). So you get an answer within seconds: "not leader" says that it ' +
    'did not happen, UNCERTAIN that nobody can say. Nothing hangs, and nobody is lied to.',
  deeds: askSurvivor('set during minority'),
  leavesNoTrace: true,
  check: (scene) => {
    const [reply] = scene.replies;
    const { survivor = '' } = scene.memory;
    const entry = scene.holdings.get(survivor)?.entries.at(-1);
    if (reply === undefined || !entry || leaderIn(scene)) return null;
    const state = entry.committed ? 'committed' : 'not committed';
    return {
      evidence: `${survivor} leads no more, and said: ${reply}; its log ends with ${placed(entry)}, ${state}`,
    };
  },
};

function askSurvivor(words: string): Step['deeds'] {
  return (scene) => {
    const [survivor] = runningIn(scene);
    return survivor ? [request(survivor.id, words, notDone)] : null;
  };
}

const triesToRead: Step = {
  words:
    "Try to read. A majority elsewhere might have a newer value, and this node can't know. So it " +
    'refuses to answer, rather than to tell what may be old.',
  deeds: askSurvivor('get before'),
  leavesNoTrace: true,
  check: ({ replies: [reply] }) => (reply === undefined ? null : { evidence: `it said: ${reply}` }),
};

const recovers: Step = {
  words:
    'Start the dead nodes again. Nobody touches the one that was left over: as soon as a ' +
    'majority is there, it elects a leader.',
  deeds: orders({ type: 'restart', target: 'all' }),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET before minority');
    const { survivor = '', startedAtMs } = scene.memory;
    const leader = leaderIn(scene);
    const node = nodeIn(scene, survivor);
    if (!entry || !leader || !doAllFollow(scene)) return null;
    const isSameLife = String(node?.startedAtMs) === startedAtMs;
    const life = isSameLife ? 'was never restarted' : 'was restarted meanwhile';
    return {
      evidence: `${leader.id} leads term ${leader.report.term}; ${survivor} ${life}; all hold ${placed(entry)}`,
    };
  },
};

const writesAgain: Step = {
  words: 'Write again. Writes are taken as before, and what was in doubt is decided by now.',
  deeds: onLeader('set after minority'),
  check: (scene) => {
    const entry = committedIn(scene, 'SET after minority');
    const leader = leaderIn(scene);
    if (!entry || !leader) return null;
    const inDoubt = entryOf(scene, leader.id, doubtful);
    const holders = listed(holdersOf(scene, entry.command));
    const fate = inDoubt
      ? `${placed(inDoubt)} did happen`
      : 'the write in the minority did not happen';
    return { evidence: `${holders} hold ${placed(entry)}: committed; ${fate}` };
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
