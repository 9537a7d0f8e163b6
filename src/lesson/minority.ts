import { notDone, onLeader, order, orders, request } from './deeds.js';
import type { Lesson, Step } from './lesson.js';
import {
  appliedByAll,
  committedIn,
  doAllFollow,
  entryOf,
  followersIn,
  holdersOf,
  leaderIn,
  listed,
  nodeIn,
  placed,
  runningIn,
} from './scene.js';

const doubtful = 'SET during minority';

const writes: Step = {
  words: 'All is well: three nodes run, and a write is committed.',
  deeds: onLeader('set before minority'),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET before minority');
    return entry && { evidence: `all nodes hold ${placed(entry)}` };
  },
};

const losesMajority: Step = {
  words:
    'Kill both followers. The leader is alone, and one of three is a minority. When it has heard ' +
    'from no majority for an election timeout, it steps down by itself (CheckQuorum, 6.2).',
  deeds: (scene) => {
    const followers = followersIn(scene);
    if (!leaderIn(scene) && runningIn(scene).length > 1) return null;
    return followers.map(({ id }) => order({ type: 'kill', target: id }));
  },
  check: (scene) => {
    const [survivor, ...others] = runningIn(scene);
    if (!survivor || others.length > 0 || leaderIn(scene)) return null;
    const dead = scene.view.nodes.filter(({ state }) => state === 'dead').map(({ id }) => id);
    return {
      evidence: `${listed(dead)} are dead; ${survivor.id} runs, and leads no more: it is a ${survivor.report.role}`,
      remember: { survivor: survivor.id, startedAtMs: String(survivor.startedAtMs) },
    };
  },
};

const triesToWrite: Step = {
  words:
    'Try to write. Whatever happens, you get an answer within seconds: "not leader" says that it ' +
    'did not happen, UNCERTAIN that nobody can say. Nothing hangs, and nobody is lied to.',
  deeds: (scene) => {
    const [survivor] = runningIn(scene);
    return survivor ? [request(survivor.id, 'set during minority', notDone)] : null;
  },
  leavesNoTrace: true,
  check: (scene) => {
    const [reply] = scene.replies;
    const survivor = scene.memory.survivor ?? '';
    const entry = scene.holdings.get(survivor)?.entries.at(-1);
    if (reply === undefined || !entry) return null;
    return {
      evidence: `${survivor} said: ${reply}; the last entry of its log is still ${placed(entry)}`,
    };
  },
};

const triesToRead: Step = {
  words:
    "Try to read. A majority elsewhere might have a newer value, and this node can't know. So it " +
    'refuses to answer, rather than to tell what may be old.',
  deeds: (scene) => {
    const [survivor] = runningIn(scene);
    return survivor ? [request(survivor.id, 'get before', notDone)] : null;
  },
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
  words: 'And writes are taken again, as before.',
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
