/** Lesson: an entry that is not committed may be replaced, a committed one never is (3.5). */

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
    'Write an entry, and wait until every node has it. It is committed, so it will survive ' +
    'everything that follows.',
  actions: onLeader('set kept yes'),
  check: (scene) => {
    const entry = appliedByAll(scene, keptCommand);
    return entry && { evidence: `all nodes hold ${entryText(entry)}` };
  },
};

const stopsTime: Step = {
  instructions:
    "Stop the cluster's time. No timer expires now, and messages wait. So you can take as long " +
    'as you like over what would otherwise happen within half a second.',
  actions: stopTime,
  check: (scene) => {
    const leader = leaderIn(scene);
    if (scene.view.speed !== 0 || !leader || !allFollowLeader(scene)) return null;
    return { evidence: `time is stopped; ${leader.id} leads term ${leader.report.term}` };
  },
};

const isolates: Step = {
  instructions:
    'Cut the leader off from the others. It cannot tell: a cut link looks the same as a slow ' +
    'network. It still believes that it leads.',
  actions: fixedActions({ type: 'isolate', target: 'leader' }),
  check: (scene) => {
    const alone = isolatedIn(scene);
    if (alone === null || leaderIn(scene)?.id !== alone) return null;
    return {
      evidence: `${alone} is cut off from all others, and its role is still leader`,
      remember: { alone },
    };
  },
};

const writesAlone: Step = {
  instructions:
    'Write to it. It appends the entry to its log and sends it, but no node receives it. One of ' +
    'three is not a majority, so the entry is not committed, and the client gets no reply yet.',
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
    'Let time run again. The old leader hears from no majority and steps down. It replies ' +
    'UNCERTAIN to its client: the write may or may not happen. The others elect a leader in the ' +
    'next term. The first entry of the new leader takes the same index.',
  actions: fixedActions({ type: 'speed', factor: 1 }),
  check: (scene) => {
    const { alone, index, term } = scene.memory;
    const leader = leaderIn(scene);
    if (!leader || leader.id === alone || leader.report.term <= Number(term)) return null;
    const rival = scene.contents.get(leader.id)?.entries.find((e) => e.index === Number(index));
    if (!rival?.committed || !committedIn(scene, keptCommand)) return null;
    return {
      evidence: `${leader.id} leads term ${leader.report.term} and has committed ${entryText(rival)}; at that index ${alone} has ${lostCommand} of term ${term}`,
    };
  },
};

const heals: Step = {
  instructions:
    'Heal the links. The new leader finds that the old one has a different entry at that index. ' +
    "A follower's log must match the leader's, so the old leader drops its entry. The entry was " +
    'never committed, and no client was told that it was, so no promise is broken.',
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
    'An uncommitted entry may be replaced by the next leader, but a committed entry never is.',
  section: '3.5',
  nodes: 3,
  steps: [writes, stopsTime, isolates, writesAlone, resumesTime, heals],
};
