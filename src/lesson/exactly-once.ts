/** Lesson: a client session makes a retried request take effect only once (6.3). */

import type { NodeId } from '../control/index.js';
import { commandAction, commandSequence, fixedActions } from './actions.js';
import type { CommandAction, Lesson, Step } from './lesson.js';
import { joinNames, type LessonScene, leaderIn } from './lesson-scene.js';

const firstRequest = 'session shop #1: INCR orders';

function inSession(node: NodeId, serial: number, expects: RegExp): CommandAction {
  return commandSequence(node, [`raft session shop ${serial}`, 'incr orders'], expects);
}

const counts: Step = {
  instructions:
    'Count an order. If the reply is lost on the way, the client cannot tell whether the order ' +
    'was counted. So it first names its session and gives the request a serial number.',
  actions: (scene) => {
    const leader = leaderIn(scene);
    return leader && [inSession(leader.id, 1, /^\(integer\) 1$/)];
  },
  check: (scene) => evidenceOfCount(scene, firstRequest, 1, '1'),
};

const repeats: Step = {
  instructions:
    'Send the same request again, as a client does when it has received no reply. The retry is ' +
    'a separate entry in the log. But every node remembers the serial number and its reply, so ' +
    'it does not count again and returns the same reply.',
  actions: counts.actions,
  check: (scene) => evidenceOfCount(scene, firstRequest, 2, '1'),
};

const killsLeader: Step = {
  instructions:
    'Kill the leader. A crash like this is a common reason for a lost reply. The nodes learn ' +
    'about sessions from the log, as they do about keys, so the next leader knows them too.',
  actions: fixedActions({ type: 'kill', target: 'leader' }),
  check: (scene) => {
    const leader = leaderIn(scene);
    const dead = scene.view.nodes.filter(({ state }) => state === 'dead').map(({ id }) => id);
    if (!leader || dead.length === 0) return null;
    return { evidence: `${dead} is dead; ${leader.id} leads term ${leader.report.term}` };
  },
};

const repeatsElsewhere: Step = {
  instructions: 'Send the same request to the new leader. It is still counted only once.',
  actions: counts.actions,
  check: (scene) => evidenceOfCount(scene, firstRequest, 3, '1'),
};

const countsNext: Step = {
  instructions: 'The next order gets the next serial number. The request is new, so it is counted.',
  actions: (scene) => {
    const leader = leaderIn(scene);
    return leader && [inSession(leader.id, 2, /^\(integer\) 2$/)];
  },
  check: (scene) => evidenceOfCount(scene, 'session shop #2: INCR orders', 1, '2'),
};

const countsTwice: Step = {
  instructions:
    'Now send a request without a serial number, and send it again. It is counted twice.',
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

/** Complete when the leader applied the request at least `times` times, and `orders` is `value`. */
function evidenceOfCount(scene: LessonScene, command: string, times: number, value: string) {
  const leader = leaderIn(scene);
  const entries = (leader && scene.contents.get(leader.id)?.entries) ?? [];
  const same = entries.filter((entry) => entry.command === command && entry.applied);
  if (!leader || same.length < times || valueOnLeader(scene, 'orders') !== value) return null;
  const indexes = joinNames(same.map(({ index }) => String(index)));
  const place = same.length === 1 ? 'index' : 'indexes';
  return {
    evidence: `${leader.id}'s log has "${command}" at ${place} ${indexes}; the key orders is ${value}`,
  };
}

function valueOnLeader(scene: LessonScene, key: string): string | undefined {
  const leader = leaderIn(scene);
  return leader ? scene.contents.get(leader.id)?.values[key] : undefined;
}

export const exactlyOnce: Lesson = {
  name: 'exactly-once',
  title: 'Does a request that is sent twice happen twice?',
  teaches:
    'A request with a serial number takes effect once, however often and wherever it is sent.',
  section: '6.3',
  nodes: 3,
  steps: [counts, repeats, killsLeader, repeatsElsewhere, countsNext, countsTwice],
};
