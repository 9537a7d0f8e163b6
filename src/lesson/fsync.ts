import { fixedActions, intentAction, onLeader } from './actions.js';
import type { Lesson, Step } from './lesson.js';
import {
  allFollowLeader,
  appliedByAll,
  entryText,
  joinNames,
  type LessonScene,
  leaderIn,
} from './lesson-scene.js';

const writes: Step = {
  instructions:
    'Write with honest disks. Before a node says that it has an entry, it has the disk write ' +
    'it down for good (fsync). A majority has done so when the client hears OK.',
  actions: onLeader('set honest yes'),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET honest yes');
    return entry && { evidence: `all nodes hold ${entryText(entry)}` };
  },
};

const killsAll: Step = {
  instructions:
    'Kill all nodes at once, as a power failure does. Then start them again: each reads its log from disk.',
  actions: fixedActions({ type: 'kill', target: 'all' }, { type: 'restart', target: 'all' }),
  check: (scene) => {
    const deaths = countKills(scene);
    const entry = appliedByAll(scene, 'SET honest yes');
    if (!entry || deaths < scene.view.nodes.length) return null;
    return {
      evidence: `${deaths} nodes were killed; all hold ${entryText(entry)} again, from disk`,
      remember: { deaths: String(deaths) },
    };
  },
};

function countKills({ view }: LessonScene): number {
  return view.events.filter(({ event }) => event === 'killed').length;
}

const makesDisksLie: Step = {
  instructions:
    'Make the disks lie. They say "synced" at once, but keep what is written only until the next ' +
    'power failure. Some cheap disks do that, and so does a database whose sync is switched off.',
  actions: ({ view }) =>
    view.nodes.map(({ id }) =>
      intentAction({ type: 'disk', target: id, fault: { type: 'lying' } }),
    ),
  check: ({ view }) => {
    const liars = view.nodes.filter(({ id }) => {
      const last = view.events.findLast((e) => e.event === 'diskChanged' && e.node === id);
      return last?.fault === 'lying';
    });
    if (liars.length < view.nodes.length) return null;
    return { evidence: `the disks of ${joinNames(liars.map(({ id }) => id))} lie` };
  },
};

const writesUnsynced: Step = {
  instructions:
    'Write again. The client hears OK, and every node shows the entry. All looks as before.',
  actions: onLeader('set lied yes'),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET lied yes');
    return entry && { evidence: `all nodes hold ${entryText(entry)}, and say that it is on disk` };
  },
};

const losesAll: Step = {
  instructions:
    'Kill all and start them again. The write that was acknowledged is gone. Raft promises ' +
    'nothing without a disk that keeps its word: a sync is slow, and there is no way around it.',
  actions: fixedActions({ type: 'kill', target: 'all' }, { type: 'restart', target: 'all' }),
  check: (scene) => {
    const { deaths = '0' } = scene.memory;
    const entry = appliedByAll(scene, 'SET honest yes');
    const isLost = [...scene.contents.values()].every(({ values }) => values.lied === undefined);
    if (countKills(scene) < Number(deaths) + scene.view.nodes.length) return null;
    if (!entry || !isLost || !allFollowLeader(scene)) return null;
    return {
      evidence: `no node has the key lied any more; ${entryText(entry)} is still there, since it was written before the disks lied`,
    };
  },
};

const repairsDisks: Step = {
  instructions:
    'Mend the disks. What was lost does not come back, but what is written from now on stays.',
  actions: (scene) => {
    const leader = leaderIn(scene);
    const mended = scene.view.nodes.map(({ id }) =>
      intentAction({ type: 'disk', target: id, fault: { type: 'ok' } }),
    );
    return leader && [...mended, ...(onLeader('set mended yes')(scene) ?? [])];
  },
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET mended yes');
    return entry && { evidence: `all nodes hold ${entryText(entry)}` };
  },
};

export const fsync: Lesson = {
  name: 'fsync',
  title: 'What is a sync for?',
  teaches:
    'What a node says that it has must be on its disk for good, or an acknowledged write is lost.',
  section: '3.8',
  nodes: 3,
  breaksLogs: true,
  steps: [writes, killsAll, makesDisksLie, writesUnsynced, losesAll, repairsDisks],
};
