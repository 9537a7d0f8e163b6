/** Lesson: Raft depends on disks that keep what they have synced (3.8). */

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
    'Write while the disks are honest. Before a node confirms an entry, it makes the disk store ' +
    'it permanently (fsync). By the time the client gets OK, a majority has done so.',
  actions: onLeader('set honest yes'),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET honest yes');
    return entry && { evidence: `all nodes hold ${entryText(entry)}` };
  },
};

const killsAll: Step = {
  instructions:
    'Kill all nodes at once, as a power failure would. Then restart them: each reads its log from disk.',
  actions: fixedActions({ type: 'kill', target: 'all' }, { type: 'restart', target: 'all' }),
  check: (scene) => {
    const deaths = countKills(scene);
    const entry = appliedByAll(scene, 'SET honest yes');
    if (!entry || deaths < scene.view.nodes.length) return null;
    return {
      evidence: `${deaths} nodes were killed; after the restart all hold ${entryText(entry)}, read from disk`,
      remember: { deaths: String(deaths) },
    };
  },
};

function countKills({ view }: LessonScene): number {
  return view.events.filter(({ event }) => event === 'killed').length;
}

const makesDisksLie: Step = {
  instructions:
    'Make the disks lie. They report "synced" at once, but keep new data only until the next ' +
    'power failure. Some cheap disks do this, and so does a database with syncing turned off.',
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
    return { evidence: `the disks of ${joinNames(liars.map(({ id }) => id))} are lying` };
  },
};

const writesUnsynced: Step = {
  instructions:
    'Write again. The client gets OK, and every node shows the entry. Everything looks as before.',
  actions: onLeader('set lied yes'),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET lied yes');
    return entry && { evidence: `all nodes hold ${entryText(entry)} and report it as synced` };
  },
};

const losesAll: Step = {
  instructions:
    'Kill all nodes and restart them. The acknowledged write is gone. Raft guarantees nothing if ' +
    'disks lose data that they reported as synced. A sync is slow, but nothing can replace it.',
  actions: fixedActions({ type: 'kill', target: 'all' }, { type: 'restart', target: 'all' }),
  check: (scene) => {
    const { deaths = '0' } = scene.memory;
    const entry = appliedByAll(scene, 'SET honest yes');
    const isLost = [...scene.contents.values()].every(({ values }) => values.lied === undefined);
    if (countKills(scene) < Number(deaths) + scene.view.nodes.length) return null;
    if (!entry || !isLost || !allFollowLeader(scene)) return null;
    return {
      evidence: `no node has the key lied any more; ${entryText(entry)} is still there, because it was synced before the disks lied`,
    };
  },
};

const repairsDisks: Step = {
  instructions:
    'Repair the disks. The lost write does not come back, but everything written from now on ' +
    'stays.',
  actions: (scene) => {
    const leader = leaderIn(scene);
    const repairs = scene.view.nodes.map(({ id }) =>
      intentAction({ type: 'disk', target: id, fault: { type: 'ok' } }),
    );
    return leader && [...repairs, ...(onLeader('set mended yes')(scene) ?? [])];
  },
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET mended yes');
    return entry && { evidence: `all nodes hold ${entryText(entry)}` };
  },
};

export const fsync: Lesson = {
  name: 'fsync',
  title: 'Why must writes be synced to disk?',
  teaches:
    'A node must sync an entry to disk before confirming it, or acknowledged writes can be lost.',
  section: '3.8',
  nodes: 3,
  breaksLogs: true,
  steps: [writes, killsAll, makesDisksLie, writesUnsynced, losesAll, repairsDisks],
};
