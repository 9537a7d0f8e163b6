import { commandAction, fixedActions, onLeader, stopTime } from './actions.js';
import type { Lesson, Step } from './lesson.js';
import {
  allFollowLeader,
  appliedByAll,
  committedIn,
  entryOf,
  entryText,
  holdersOf,
  isolatedIn,
  joinNames,
  leaderIn,
  runningIn,
} from './lesson-scene.js';

const keptCommand = 'SET kept yes';
const lostCommand = 'SET lost yes';

const writes: Step = {
  instructions:
    'Write an entry, and wait until every node has it. It is committed: you will see that it stays.',
  actions: onLeader('set kept yes'),
  check: (scene) => {
    const entry = appliedByAll(scene, keptCommand);
    return entry && { evidence: `all nodes hold ${entryText(entry)}` };
  },
};

const stopsTime: Step = {
  instructions:
    'Stop the time of the cluster. No timer runs out now, and messages wait. So you can take ' +
    'as long as you like for what would be over within half a second.',
  actions: stopTime,
  check: (scene) => {
    const leader = leaderIn(scene);
    if (scene.view.speed !== 0 || !leader || !allFollowLeader(scene)) return null;
    return { evidence: `time stands still; ${leader.id} leads term ${leader.report.term}` };
  },
};

const isolates: Step = {
  instructions:
    'Cut the leader from the others. It does not know: silence looks the same as a slow ' +
    'network. It still believes that it leads.',
  actions: fixedActions({ type: 'isolate', target: 'leader' }),
  check: (scene) => {
    const alone = isolatedIn(scene);
    if (alone === null || leaderIn(scene)?.id !== alone) return null;
    return {
      evidence: `${alone} is cut from all others, and its role is leader`,
      remember: { alone },
    };
  },
};

const writesAlone: Step = {
  instructions:
    'Write to it. It puts the entry into its log and sends it, but nobody hears. One of three ' +
    'is no majority, so the entry is not committed, and the client gets no answer yet.',
  actions: (scene) => {
    const node = runningIn(scene).find(({ id }) => id === scene.memory.alone);
    return node
      ? [commandAction(node.id, 'set lost yes', /^\(error\) UNCERTAIN/, { isDeferred: true })]
      : null;
  },
  check: (scene) => {
    const [holder, ...others] = holdersOf(scene, lostCommand);
    const entry = holder && entryOf(scene, holder, lostCommand);
    if (!entry || others.length > 0 || entry.committed) return null;
    return {
      evidence: `only ${holder} holds ${entryText(entry)}; it is not committed`,
      remember: { index: String(entry.index), term: String(entry.term) },
    };
  },
};

const resumesTime: Step = {
  instructions:
    'Let time go on. The old leader hears from no majority and steps down; its client is told ' +
    'UNCERTAIN: it may or may not happen. The others elect a leader in the next term. Its own ' +
    'first entry takes the very same index.',
  actions: fixedActions({ type: 'speed', factor: 1 }),
  check: (scene) => {
    const { alone, index, term } = scene.memory;
    const leader = leaderIn(scene);
    if (!leader || leader.id === alone || leader.report.term <= Number(term)) return null;
    const rival = scene.contents.get(leader.id)?.entries.find((e) => e.index === Number(index));
    if (!rival?.committed || !committedIn(scene, keptCommand)) return null;
    return {
      evidence: `${leader.id} leads term ${leader.report.term}, and has committed ${entryText(rival)}; ${alone} has ${lostCommand} there, of term ${term}`,
    };
  },
};

const heals: Step = {
  instructions:
    'Heal the links. The leader finds that the old one has another entry at that index. A ' +
    "follower's log must become the leader's, so the entry is dropped. It was never committed, " +
    'and nobody was told that it was: nothing that was promised is lost.',
  actions: fixedActions({ type: 'heal' }),
  check: (scene) => {
    const { alone, index, term } = scene.memory;
    const entry = appliedByAll(scene, keptCommand);
    if (!entry || !allFollowLeader(scene) || holdersOf(scene, lostCommand).length > 0) return null;
    const now = runningIn(scene).map(({ id }) => {
      const other = scene.contents.get(id)?.entries.find((e) => e.index === Number(index));
      return other?.applied ? `${other.command} of term ${other.term}` : null;
    });
    if (now[0] == null || now.some((text) => text !== now[0])) return null;
    const ids = scene.view.nodes.map(({ id }) => id);
    return {
      evidence: `${joinNames(ids)} hold ${now[0]} at index ${index}; ${alone}'s entry of term ${term} is gone; all still hold ${entryText(entry)}`,
    };
  },
};

export const lostEntry: Lesson = {
  name: 'lost-entry',
  title: 'Why did that entry vanish?',
  teaches:
    'An entry that is not committed may be replaced by the next leader; a committed one never is.',
  section: '3.5',
  nodes: 3,
  steps: [writes, stopsTime, isolates, writesAlone, resumesTime, heals],
};
