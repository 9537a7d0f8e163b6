import type { NodeId } from '../control/index.js';
import { commandAction, commandSequence, fixedActions } from './actions.js';
import type { CommandAction, Lesson, Step } from './lesson.js';
import { type LessonScene, leaderIn } from './lesson-scene.js';

const firstRequest = 'session shop #1: INCR orders';

function inSession(node: NodeId, serial: number, expects: RegExp): CommandAction {
  return commandSequence(node, [`raft session shop ${serial}`, 'incr orders'], expects);
}

const counts: Step = {
  instructions:
    'Count an order. If the answer is lost on its way, the client does not know whether it was ' +
    'counted. So it tells beforehand who it is, and the number of its request.',
  actions: (scene) => {
    const leader = leaderIn(scene);
    return leader && [inSession(leader.id, 1, /^\(integer\) 1$/)];
  },
  check: (scene) => evidenceOfCount(scene, firstRequest, 1, '1'),
};

const repeats: Step = {
  instructions:
    'Send the same request again, as a client does that has heard nothing. It is an entry of its ' +
    'own in the log. But each node remembers the number and the answer: it does not count ' +
    'again, and gives the same answer.',
  actions: counts.actions,
  check: (scene) => evidenceOfCount(scene, firstRequest, 2, '1'),
};

const killsLeader: Step = {
  instructions:
    'Kill the leader, as it may be why the answer was lost. What the nodes remember of clients ' +
    'comes from the log, like the keys: the next leader has it too.',
  actions: fixedActions({ type: 'kill', target: 'leader' }),
  check: (scene) => {
    const leader = leaderIn(scene);
    const dead = scene.view.nodes.filter(({ state }) => state === 'dead').map(({ id }) => id);
    if (!leader || dead.length === 0) return null;
    return { evidence: `${dead} is dead; ${leader.id} leads term ${leader.report.term}` };
  },
};

const repeatsElsewhere: Step = {
  instructions: 'Send the same request to the new leader. It is still counted once.',
  actions: counts.actions,
  check: (scene) => evidenceOfCount(scene, firstRequest, 3, '1'),
};

const countsNext: Step = {
  instructions: 'The next order has the next number. It is new, so it is counted.',
  actions: (scene) => {
    const leader = leaderIn(scene);
    return leader && [inSession(leader.id, 2, /^\(integer\) 2$/)];
  },
  check: (scene) => evidenceOfCount(scene, 'session shop #2: INCR orders', 1, '2'),
};

const countsTwice: Step = {
  instructions: 'Send a request without a number, and send it again. It counts twice.',
  actions: (scene) => {
    const leader = leaderIn(scene);
    const count = leader && commandAction(leader.id, 'incr plain', /^\(integer\) \d+$/);
    return count && [count, count];
  },
  check: (scene) => {
    const value = valueOnLeader(scene, 'plain');
    return Number(value) < 2 || value === undefined
      ? null
      : { evidence: `the key plain is ${value}` };
  },
};

/** The log holds the request at least so often, and the key has that value. */
function evidenceOfCount(scene: LessonScene, command: string, times: number, value: string) {
  const leader = leaderIn(scene);
  const entries = (leader && scene.contents.get(leader.id)?.entries) ?? [];
  const same = entries.filter((entry) => entry.command === command && entry.applied);
  if (!leader || same.length < times || valueOnLeader(scene, 'orders') !== value) return null;
  const at = same.map(({ index }) => index).join(', ');
  return { evidence: `"${command}" stands in ${leader.id}'s log at ${at}; orders is ${value}` };
}

function valueOnLeader(scene: LessonScene, key: string): string | undefined {
  const leader = leaderIn(scene);
  return leader ? scene.contents.get(leader.id)?.values[key] : undefined;
}

export const exactlyOnce: Lesson = {
  name: 'exactly-once',
  title: 'How often is a request done that is sent twice?',
  teaches: 'A request with a number is done once, however often it is sent and whoever leads.',
  section: '6.3',
  nodes: 3,
  steps: [counts, repeats, killsLeader, repeatsElsewhere, countsNext, countsTwice],
};
