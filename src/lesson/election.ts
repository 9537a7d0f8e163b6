/** Lesson: leader elections, terms and PreVote (3.4, 9.6). */

import type { ClusterEvent, ClusterView } from '../control/index.js';
import { fixedActions, intentAction, onLeader } from './actions.js';
import type { Lesson, Step } from './lesson.js';
import {
  allFollowLeader,
  appliedByAll,
  committedIn,
  entryOf,
  entryText,
  followersIn,
  isolatedIn,
  joinNames,
  leaderIn,
  nodeIn,
  runningIn,
} from './lesson-scene.js';

const writes: Step = {
  instructions:
    'Write a key first, so that the cluster has something to lose. The reply OK means that a ' +
    'majority has stored it.',
  actions: onLeader('set before election'),
  check: (scene) => {
    const entry = appliedByAll(scene, 'SET before election');
    const leader = leaderIn(scene);
    if (!entry || !leader) return null;
    return {
      evidence: `${leader.id} leads term ${leader.report.term}; all hold ${entryText(entry)}`,
      remember: { leader: leader.id, term: String(leader.report.term) },
    };
  },
};

const killsLeader: Step = {
  instructions:
    'Kill the leader. The others now wait for an election timeout, which each node draws at ' +
    'random. The node whose timeout expires first campaigns in the next term. Each node has one ' +
    'vote per term, and never gives it to a candidate whose log is behind its own.',
  actions: fixedActions({ type: 'kill', target: 'leader' }),
  check: (scene) => {
    const leader = leaderIn(scene);
    const { memory } = scene;
    if (!leader || leader.report.term <= Number(memory.term)) return null;
    const kept = entryOf(scene, leader.id, 'SET before election');
    if (!kept) return null;
    const { term } = leader.report;
    return {
      evidence: `${leader.id} leads term ${term}, after ${memory.leader} led term ${memory.term}; ${votesOf(scene.view, term)}; ${leader.id} holds ${entryText(kept)}`,
    };
  },
};

function votesOf({ events }: ClusterView, term: number): string {
  const votes = events.filter((event) => event.event === 'votedFor' && event.term === term);
  const texts = votes.map(({ node, candidate }) => `${node} voted for ${candidate}`);
  return texts.length === 0 ? 'it won the votes of a majority' : joinNames(texts);
}

const restartsOldLeader: Step = {
  instructions:
    'Restart the old leader. It comes back as a follower in its old term, and moves to the new ' +
    'term as soon as it hears from the new leader. No term ever has more than one leader.',
  actions: fixedActions({ type: 'restart', target: 'all' }),
  check: (scene) => {
    const leader = leaderIn(scene);
    if (!leader || !allFollowLeader(scene)) return null;
    return { evidence: `all nodes are in term ${leader.report.term} and follow ${leader.id}` };
  },
};

const isolatesFollower: Step = {
  instructions:
    'Now cut a follower off from the others. It no longer hears from the leader, but before it ' +
    'campaigns it asks the others whether it could win (PreVote, 9.6). No node receives the ' +
    'question, so it stays in its term, however long it is cut off.',
  actions: (scene) => {
    const [follower] = followersIn(scene);
    return follower ? [intentAction({ type: 'isolate', target: follower.id })] : null;
  },
  check: (scene) => {
    const alone = isolatedIn(scene);
    const leader = leaderIn(scene);
    if (alone === null || !leader || leader.id === alone) return null;
    const preVote = preVoteSinceCut(scene.view.events, alone);
    const { report } = nodeIn(scene, alone) ?? {};
    if (!preVote || !report || report.term > leader.report.term) return null;
    return {
      evidence: `${alone} asked for PreVotes and got none; it is in term ${report.term}, and the leader is in term ${leader.report.term}`,
      remember: { alone },
    };
  },
};

/** Returns the event of the node's first PreVote since the last change of a link. */
function preVoteSinceCut(events: readonly ClusterEvent[], id: string): ClusterEvent | undefined {
  const cut = events.findLastIndex(({ event }) => event === 'linkChanged');
  return events.slice(cut).find(({ event, node }) => event === 'becamePreCandidate' && node === id);
}

const heals: Step = {
  instructions:
    'Heal the links. The follower hears from the leader and follows it again. Without PreVote it ' +
    'would have returned with a higher term, and a leader that did nothing wrong would have had ' +
    'to step down.',
  actions: fixedActions({ type: 'heal' }),
  check: (scene) => {
    const leader = leaderIn(scene);
    if (!leader || scene.view.links.length > 0 || !allFollowLeader(scene)) return null;
    if (!committedIn(scene, 'SET before election')) return null;
    const terms = runningIn(scene).map(({ id, report }) => `${id} is in term ${report.term}`);
    return { evidence: `${leader.id} leads; ${joinNames(terms)}` };
  },
};

export const election: Lesson = {
  name: 'election',
  title: 'Who leads, and why only one?',
  teaches:
    'Each term has at most one leader, and the winner of an election holds every committed entry.',
  section: '3.4',
  nodes: 3,
  steps: [writes, killsLeader, restartsOldLeader, isolatesFollower, heals],
};
