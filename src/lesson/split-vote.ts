/** Lesson: a split vote elects no leader, and random timeouts settle it (3.4). */

import type { NodeId } from '../control/index.js';
import { fixedActions, stopTime } from './actions.js';
import type { Lesson, Step } from './lesson.js';
import {
  allFollowLeader,
  joinNames,
  type LessonScene,
  leaderIn,
  runningIn,
} from './lesson-scene.js';

const stopsTime: Step = {
  instructions:
    "Stop the cluster's time, to watch an election message by message. No timer expires now, and " +
    'messages wait until you let them through.',
  actions: stopTime,
  check: (scene) => {
    const leader = leaderIn(scene);
    if (scene.view.speed !== 0 || !leader || !allFollowLeader(scene)) return null;
    const { term } = leader.report;
    return {
      evidence: `time is stopped; ${leader.id} leads term ${term}`,
      remember: { leader: leader.id, term: String(term) },
    };
  },
};

const killsLeader: Step = {
  instructions: 'Kill the leader. No node notices yet, because no time passes.',
  actions: fixedActions({ type: 'kill', target: 'leader' }),
  check: (scene) => {
    const followers = runningIn(scene).map(({ id }) => id);
    if (leaderIn(scene) || followers.length !== scene.view.nodes.length - 1) return null;
    return {
      evidence: `${scene.memory.leader} is dead; ${joinNames(followers)} have not noticed yet`,
    };
  },
};

const aligns: Step = {
  instructions:
    'Make both election timers expire at the same instant. That is rare: each timeout is drawn at ' +
    'random, so that one usually expires first. Both nodes now ask whether they could win ' +
    '(PreVote).',
  actions: fixedActions({ type: 'align' }),
  check: (scene) => {
    const waiting = runningIn(scene).filter(({ report }) => report.role === 'preCandidate');
    const rivals = rivalsIn(scene);
    if (waiting.length < 2 && !rivals) return null;
    return {
      evidence: `both timers expired: ${joinNames(rivals?.ids ?? waiting.map(({ id }) => id))} want to lead`,
    };
  },
};

const splits: Step = {
  instructions:
    'Let the messages through one at a time. Each node tells the other that it could win, so both ' +
    'campaign in the next term and vote for themselves. A node has one vote per term, so neither ' +
    'has a vote left for the other.',
  actions: fixedActions({ type: 'step', count: 1 }),
  repeats: true,
  check: (scene) => {
    const rivals = rivalsIn(scene);
    if (!rivals) return null;
    return {
      evidence: `${joinNames(rivals.ids)} campaign in term ${rivals.term}, each with one of ${scene.view.nodes.length} votes: its own`,
      remember: { split: String(rivals.term) },
    };
  },
};

/** Returns the first term in which more than one node campaigned, and those nodes. */
function rivalsIn(
  scene: LessonScene,
): { readonly term: number; readonly ids: readonly NodeId[] } | null {
  const campaigns = scene.view.events.filter(
    ({ event, term }) => event === 'becameCandidate' && (term ?? 0) > Number(scene.memory.term),
  );
  for (const { term } of campaigns) {
    const ids = campaigns.flatMap((other) => (other.term === term && other.node ? other.node : []));
    if (term !== undefined && ids.length > 1) return { term, ids };
  }
  return null;
}

const settles: Step = {
  instructions:
    'Let time run again. Neither candidate wins this term. Each draws a new random timeout, so ' +
    "next time one of them is first, and wins before the other's timer expires.",
  actions: fixedActions({ type: 'speed', factor: 1 }),
  check: (scene) => {
    const leader = leaderIn(scene);
    const { split } = scene.memory;
    if (!leader || leader.report.term <= Number(split)) return null;
    return {
      evidence: `term ${split} had no leader; ${leader.id} leads term ${leader.report.term}`,
    };
  },
};

const restartsOldLeader: Step = {
  instructions: 'Restart the old leader. It hears of the higher term, and follows the new leader.',
  actions: fixedActions({ type: 'restart', target: 'all' }),
  check: (scene) => {
    const leader = leaderIn(scene);
    if (!leader || !allFollowLeader(scene)) return null;
    return { evidence: `all nodes follow ${leader.id} in term ${leader.report.term}` };
  },
};

export const splitVote: Lesson = {
  name: 'split-vote',
  title: 'What if two nodes campaign at once?',
  teaches:
    'A split vote elects no leader, and random timeouts settle the election in a later term.',
  section: '3.4',
  nodes: 3,
  steps: [stopsTime, killsLeader, aligns, splits, settles, restartsOldLeader],
};
