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
    'Stop the time of the cluster, to see an election message by message. No timer runs out ' +
    'now, and messages wait at the node that they are for.',
  actions: stopTime,
  check: (scene) => {
    const leader = leaderIn(scene);
    if (scene.view.speed !== 0 || !leader || !allFollowLeader(scene)) return null;
    const { term } = leader.report;
    return {
      evidence: `time stands still; ${leader.id} leads term ${term}`,
      remember: { leader: leader.id, term: String(term) },
    };
  },
};

const killsLeader: Step = {
  instructions: 'Kill the leader. Nobody notices yet, since no time passes.',
  actions: fixedActions({ type: 'kill', target: 'leader' }),
  check: (scene) => {
    const followers = runningIn(scene).map(({ id }) => id);
    if (leaderIn(scene) || followers.length !== scene.view.nodes.length - 1) return null;
    return {
      evidence: `${scene.memory.leader} is dead; ${joinNames(followers)} still wait for it`,
    };
  },
};

const aligns: Step = {
  instructions:
    'Let both election timers run out at the same instant. That is rare: each timeout is drawn ' +
    'at random, so that one is usually first. Both now ask whether they could win (PreVote).',
  actions: fixedActions({ type: 'align' }),
  check: (scene) => {
    const waiting = runningIn(scene).filter(({ report }) => report.role === 'preCandidate');
    const rivals = rivalsIn(scene);
    if (waiting.length < 2 && !rivals) return null;
    return {
      evidence: `both timers ran out: ${joinNames(rivals?.ids ?? waiting.map(({ id }) => id))} want to lead`,
    };
  },
};

const splits: Step = {
  instructions:
    'Take message by message. Each says that the other could win, so each campaigns in the ' +
    'next term, and votes for itself. A node has one vote a term: none is left for the other.',
  actions: fixedActions({ type: 'step', count: 1 }),
  repeats: true,
  check: (scene) => {
    const rivals = rivalsIn(scene);
    if (!rivals) return null;
    return {
      evidence: `${joinNames(rivals.ids)} campaign in term ${rivals.term}, each with one vote of ${scene.view.nodes.length}, its own`,
      remember: { split: String(rivals.term) },
    };
  },
};

/** Those who campaigned in one term, where there is more than one. */
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
    'Let time go on. Nobody wins this term. Each draws a new timeout at random, so one of them ' +
    'is first the next time, and wins before the other wakes.',
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
  instructions: 'Start the old leader again. It finds a higher term, and follows.',
  actions: fixedActions({ type: 'restart', target: 'all' }),
  check: (scene) => {
    const leader = leaderIn(scene);
    if (!leader || !allFollowLeader(scene)) return null;
    return { evidence: `all nodes follow ${leader.id} in term ${leader.report.term}` };
  },
};

export const splitVote: Lesson = {
  name: 'split-vote',
  title: 'What if two campaign at once?',
  teaches: 'A split vote elects nobody, and random timeouts settle it in a later term.',
  section: '3.4',
  nodes: 3,
  steps: [stopsTime, killsLeader, aligns, splits, settles, restartsOldLeader],
};
