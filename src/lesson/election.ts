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
    'Write something first, so that there is something to lose. The OK says that a majority ' +
    'holds it.',
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
    'Kill the leader. The others hear nothing for an election timeout, which each draws at ' +
    'random. The first whose timeout runs out campaigns in the next term. A node has one vote ' +
    'a term, and gives it to nobody whose log is behind its own.',
  actions: fixedActions({ type: 'kill', target: 'leader' }),
  check: (scene) => {
    const leader = leaderIn(scene);
    const { memory } = scene;
    if (!leader || leader.report.term <= Number(memory.term)) return null;
    const kept = entryOf(scene, leader.id, 'SET before election');
    if (!kept) return null;
    const { term } = leader.report;
    return {
      evidence: `${leader.id} leads term ${term}, after ${memory.leader} in term ${memory.term}; ${votesOf(scene.view, term)}; it holds ${entryText(kept)}`,
    };
  },
};

function votesOf({ events }: ClusterView, term: number): string {
  const votes = events.filter((event) => event.event === 'votedFor' && event.term === term);
  const texts = votes.map(({ node, candidate }) => `${node} voted for ${candidate}`);
  return texts.length === 0 ? 'it had the votes of a majority' : joinNames(texts);
}

const restartsOldLeader: Step = {
  instructions:
    'Start the old leader again. It still thinks of its own term, until it hears of the higher ' +
    'one. Then it follows: in one term there is never more than one leader.',
  actions: fixedActions({ type: 'restart', target: 'all' }),
  check: (scene) => {
    const leader = leaderIn(scene);
    if (!leader || !allFollowLeader(scene)) return null;
    return { evidence: `all nodes are in term ${leader.report.term} and follow ${leader.id}` };
  },
};

const isolatesFollower: Step = {
  instructions:
    'Now cut a follower from the others. It hears no leader either, but before it campaigns it ' +
    'asks whether it could win (PreVote, 9.6). Nobody hears it. So it stays in its term, ' +
    'however long that lasts.',
  actions: (scene) => {
    const [follower] = followersIn(scene);
    return follower ? [intentAction({ type: 'isolate', target: follower.id })] : null;
  },
  check: (scene) => {
    const alone = isolatedIn(scene);
    const leader = leaderIn(scene);
    if (alone === null || !leader || leader.id === alone) return null;
    const asks = preVoteSinceCut(scene.view.events, alone);
    const { report } = nodeIn(scene, alone) ?? {};
    if (!asks || !report || report.term > leader.report.term) return null;
    return {
      evidence: `${alone} asked for PreVotes and got none; its term is ${report.term}, the leader's ${leader.report.term}`,
      remember: { alone },
    };
  },
};

/** Its PreVote after its links were cut. */
function preVoteSinceCut(events: readonly ClusterEvent[], id: string): ClusterEvent | undefined {
  const cut = events.findLastIndex(({ event }) => event === 'linkChanged');
  return events.slice(cut).find(({ event, node }) => event === 'becamePreCandidate' && node === id);
}

const heals: Step = {
  instructions:
    'Heal the links. The follower hears the leader and follows again. Without PreVote it would ' +
    'come back with a high term, and bring down a leader that did nothing wrong.',
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
    'Each term has one leader at most, and who wins an election holds all that was committed.',
  section: '3.4',
  nodes: 3,
  steps: [writes, killsLeader, restartsOldLeader, isolatesFollower, heals],
};
