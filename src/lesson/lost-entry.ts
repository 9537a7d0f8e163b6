import { onLeader, orders, request, stopTime } from './deeds.js';
import type { Lesson, Step } from './lesson.js';
import {
  appliedByAll,
  committedIn,
  doAllFollow,
  entryOf,
  holdersOf,
  isolatedIn,
  leaderIn,
  listed,
  placed,
  runningIn,
} from './scene.js';

const kept = 'SET kept yes';
const lost = 'SET lost yes';

const writes: Step = {
  words:
    'Write an entry, and wait until every node has it. It is committed: you will see that it stays.',
  deeds: onLeader('set kept yes'),
  check: (scene) => {
    const entry = appliedByAll(scene, kept);
    return entry && { evidence: `all nodes hold ${placed(entry)}` };
  },
};

const stopsTime: Step = {
  words:
    'Stop the time of the cluster. No timer runs out now, and messages wait. So you can take ' +
    'as long as you like for what would be over within half a second.',
  deeds: stopTime,
  check: (scene) => {
    const leader = leaderIn(scene);
    if (scene.view.speed !== 0 || !leader || !doAllFollow(scene)) return null;
    return { evidence: `time stands still; ${leader.id} leads term ${leader.report.term}` };
  },
};

const isolates: Step = {
  words:
    'Cut the leader from the others. It does not know: silence looks the same as a slow ' +
    'network. It still believes that it leads.',
  deeds: orders({ type: 'isolate', target: 'leader' }),
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
  words:
    'Write to it. It puts the entry into its log and sends it, but nobody hears. One of three ' +
    'is no majority, so the entry is not committed, and the client gets no answer yet.',
  deeds: (scene) => {
    const node = runningIn(scene).find(({ id }) => id === scene.memory.alone);
    return node
      ? [request(node.id, 'set lost yes', /^\(error\) UNCERTAIN/, { isSlow: true })]
      : null;
  },
  check: (scene) => {
    const [holder, ...others] = holdersOf(scene, lost);
    const entry = holder && entryOf(scene, holder, lost);
    if (!entry || others.length > 0 || entry.committed) return null;
    return {
      evidence: `only ${holder} holds ${placed(entry)}; it is not committed`,
      remember: { index: String(entry.index), term: String(entry.term) },
    };
  },
};

const goesOn: Step = {
  words:
    'Let time go on. The old leader hears from no majority and steps down; its client is told ' +
    'UNCERTAIN: it may or may not happen. The others elect a leader in the next term. Its own ' +
    'first entry takes the very same index.',
  deeds: orders({ type: 'speed', factor: 1 }),
  check: (scene) => {
    const { alone, index, term } = scene.memory;
    const leader = leaderIn(scene);
    if (!leader || leader.id === alone || leader.report.term <= Number(term)) return null;
    const rival = scene.holdings.get(leader.id)?.entries.find((e) => e.index === Number(index));
    if (!rival?.committed || !committedIn(scene, kept)) return null;
    return {
      evidence: `${leader.id} leads term ${leader.report.term}, and has committed ${placed(rival)}; ${alone} has ${lost} there, of term ${term}`,
    };
  },
};

const heals: Step = {
  words:
    'Heal the links. The leader finds that the old one has another entry at that index. A ' +
    "follower's log must become the leader's, so the entry is dropped. It was never committed, " +
    'and nobody was told that it was: nothing that was promised is lost.',
  deeds: orders({ type: 'heal' }),
  check: (scene) => {
    const { alone, index, term } = scene.memory;
    const entry = appliedByAll(scene, kept);
    if (!entry || !doAllFollow(scene) || holdersOf(scene, lost).length > 0) return null;
    const now = runningIn(scene).map(({ id }) => {
      const other = scene.holdings.get(id)?.entries.find((e) => e.index === Number(index));
      return other?.applied ? `${other.command} of term ${other.term}` : null;
    });
    if (now[0] == null || now.some((text) => text !== now[0])) return null;
    const ids = scene.view.nodes.map(({ id }) => id);
    return {
      evidence: `${listed(ids)} hold ${now[0]} at index ${index}; ${alone}'s entry of term ${term} is gone; all still hold ${placed(entry)}`,
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
  steps: [writes, stopsTime, isolates, writesAlone, goesOn, heals],
};
