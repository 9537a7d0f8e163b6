/**
 * The commands of a scenario, by their first word. README.md lists them for those who write
 * scenarios; stage.ts does the work.
 */

import assert from 'node:assert/strict';
import {
  defaultRaftOptions,
  type MembershipChange,
  type MembershipRefusal,
  type Message,
  nodeId,
  type RaftOptions,
} from '../../src/raft/index.js';
import { describeLog, describeMembers } from './describe.js';
import type { ScenarioNode } from './scenario-node.js';
import type { Stage } from './stage.js';

type Words = readonly string[];

const optionNames = Object.keys(defaultRaftOptions) as (keyof RaftOptions)[];

/** Parses options such as `preVote=off` or `trailingBytesMax=0`. */
function optionsOf(words: Words): Partial<RaftOptions> {
  return Object.fromEntries(
    words.map((word) => {
      const [name = '', value = ''] = word.split('=');
      assert.ok(optionNames.includes(name as keyof RaftOptions), `${name} is not an option`);
      return [name, value === 'on' || (value !== 'off' && Number(value))];
    }),
  );
}

/**
 * Returns a filter of messages. `n1>n2`, `n1>` and `>n2` select links, and another word a type of
 * message. Without words it selects all.
 */
function whichOf(words: Words): (message: Message) => boolean {
  return ({ from, to, type }) =>
    words.every((word) => {
      const [source, target] = word.split('>');
      if (target === undefined) return type === word;
      return (source === '' || source === from) && (target === '' || target === to);
    });
}

function millisecondsOf(text = ''): number {
  const [, count, unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  assert.ok(count, `${text} is not a time: write 300ms or 2s`);
  return Number(count) * (unit === 's' ? 1000 : 1);
}

const refusals: Readonly<Record<MembershipRefusal, string>> = {
  notLeader: 'it is not the leader',
  notReady: 'an earlier entry must be committed first',
  notCaughtUp: 'the learner lacks too many entries',
  notMember: 'it is not a member',
  lastVoter: 'no voter would be left',
  addressTaken: 'another member has the address',
  tooManyMembers: 'the cluster is full',
};

/** Runs `add n4 by n1`, `promote n4 by n1` and `remove n4 by n1`. */
function change(
  stage: Stage,
  type: MembershipChange['type'],
  [id = '', by, leader = '']: Words,
): void {
  assert.equal(by, 'by', `${type} lacks "by <leader>"`);
  if (type === 'addLearner') stage.join(nodeId(id));
  const answer = stage.node(nodeId(leader)).raft.proposeChange({ type, id: nodeId(id) });
  if ('refusal' in answer) stage.tell(`${leader} refuses: ${refusals[answer.refusal]}`);
}

function propose(stage: Stage, [id = '', ...words]: Words): void {
  const { raft, state } = stage.node(nodeId(id));
  if (state.leadership && raft.transferTarget === null) raft.propose(words.join(' '));
  else {
    const leader = raft.transferTarget ?? state.leaderId;
    stage.tell(`${id} refuses: ${leader === null ? 'no leader is known' : `ask ${leader}`}`);
  }
}

function read(stage: Stage, [id = '', key = '', ...how]: Words): void {
  const proof = how.join(' ') === 'by lease' ? 'lease' : 'round';
  stage.node(nodeId(id)).read(key, proof);
}

function elect(stage: Stage, [id = '']: Words): void {
  stage.elect(stage.node(nodeId(id)));
  show(stage, []);
}

function show(stage: Stage, ids: Words): void {
  const nodes = stage.cluster.members.filter(({ id }) => ids.length === 0 || ids.includes(id));
  for (const node of nodes)
    stage.tell(stage.isDown(node.id) ? `${node.id} is down` : stateOf(stage, node));
}

/** Describes a node. Members are mentioned when they differ from those at the beginning. */
function stateOf(stage: Stage, node: ScenarioNode): string {
  const { role, currentTerm, leaderId, configuration } = node.state;
  const whom = role === 'follower' && leaderId !== null ? ` of ${leaderId}` : '';
  const parts = [`${node.id} is ${role}${whom} in term ${currentTerm}`, describeLog(node.state)];
  if (node.values !== '') parts.push(node.values);
  const members = describeMembers(configuration.voters, configuration.learners);
  if (members !== stage.firstMembers) parts.push(`members ${members === '' ? 'unknown' : members}`);
  return parts.join(', ');
}

function snapshot(stage: Stage, [id = '']: Words): void {
  const node = stage.node(nodeId(id));
  assert.ok(node.raft.maySnapshot, `${id} has nothing new to snapshot`);
  stage.cluster.network.push(...node.snapshot(...node.chunks));
}

function setDisk(stage: Stage, [id = '', ...words]: Words): void {
  const at = words.indexOf('term');
  const log = (at < 0 ? words : words.slice(0, at)).map(Number);
  const currentTerm = at < 0 ? undefined : Number(words[at + 1]);
  stage.setUp(nodeId(id), currentTerm === undefined ? { log } : { log, currentTerm });
}

function partition(stage: Stage, words: Words): void {
  const bar = words.indexOf('|');
  for (const a of words.slice(0, bar)) {
    for (const b of words.slice(bar + 1)) stage.cluster.cutBothWays(nodeId(a), nodeId(b));
  }
}

/** `cut n1 n2` both ways, `cut n1>n2` one way. */
function cut(stage: Stage, [a = '', b]: Words): void {
  if (b !== undefined) stage.cluster.cutBothWays(nodeId(a), nodeId(b));
  else stage.cluster.cut(...(a.split('>').map(nodeId) as [never, never]));
}

function transfer(stage: Stage, [id = '', target = '']: Words): void {
  const begins = stage.node(nodeId(id)).raft.transferLeadership(nodeId(target));
  if (!begins) stage.tell(`${id} refuses: ${id} does not lead, or ${target} is not a voter`);
}

const commands: Readonly<Record<string, (stage: Stage, words: Words) => void>> = {
  cluster: (stage, [size, ...options]) => stage.begin(Number(size), optionsOf(options)),
  log: setDisk,
  options: (stage, [id = '', ...options]) =>
    stage.setUp(nodeId(id), { options: optionsOf(options) }),
  elect,
  show,
  propose,
  read,
  snapshot,
  transfer,
  add: (stage, words) => change(stage, 'addLearner', words),
  promote: (stage, words) => change(stage, 'promote', words),
  remove: (stage, words) => change(stage, 'remove', words),
  deliver: (stage, words) =>
    words[0] === 'all' ? stage.deliverAll() : void stage.deliver(whichOf(words)),
  settle: (stage) => stage.settle(),
  wait: (stage, [time]) => stage.wait(millisecondsOf(time)),
  advance: (stage, [time]) => stage.advance(millisecondsOf(time)),
  drop: (stage, words) => stage.cluster.drop(whichOf(words)),
  double: (stage, words) => {
    stage.cluster.network.push(...stage.cluster.network.filter(whichOf(words)));
  },
  hold: (stage, words) => stage.hold(whichOf(words)),
  release: (stage, words) => stage.release(whichOf(words)),
  cut,
  partition,
  isolate: (stage, ids) => stage.cluster.isolate(...ids.map(nodeId)),
  heal: (stage) => stage.cluster.heal(),
  crash: (stage, [id = '']) => stage.crash(nodeId(id)),
  restart: (stage, [id = '']) => stage.restart(nodeId(id)),
  wipe: (stage, [id = '']) => stage.wipe(nodeId(id)),
  pause: (stage, [id = '']) => stage.cluster.pause(nodeId(id)),
  resume: (stage, [id = '']) => stage.cluster.resume(nodeId(id)),
  slow: (stage, [id = '']) => {
    stage.node(nodeId(id)).isDiskSlow = true;
  },
  sync: (stage, [id = '']) => stage.node(nodeId(id)).sync(),
  fast: (stage, [id = '']) => {
    stage.node(nodeId(id)).isDiskSlow = false;
  },
};

/** Plays one line, and returns the lines that tell what each node did. */
export function play(stage: Stage, line: string): string[] {
  const [first = '', ...words] = line.split(/ +/);
  const command = commands[first];
  if (words.join(' ') === 'times out') stage.timeOut(stage.node(nodeId(first)));
  else {
    assert.ok(command, `${first} is not a command`);
    command(stage, words);
  }
  stage.proceed();
  return stage.takeLines();
}
