/** `leto` processes that move to other addresses, and still find each other. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { LetoNodes, type LetoProcess, until } from '../helpers/leto.js';
import { reservePorts } from '../helpers/ports.js';

const numbers = [1, 2, 3] as const;

/** Three nodes with a key, and other addresses for them. */
async function threeToMove(t: TestContext) {
  const { nodes, first, second, third } = await LetoNodes.three(t);
  await nodes.command(1, 'set', 'a', '1');
  const port = await reservePorts(10);
  const raftPort = (number: number) => port + 5 + number;
  const respPort = (number: number) => port + number;
  const run = (number: number, ...args: string[]) =>
    nodes.run(
      number,
      '-listen',
      `:${respPort(number)}`,
      '-raftbind',
      `:${raftPort(number)}`,
      ...args,
    );
  const status = async (at: number): Promise<unknown[]> => {
    const reply = await nodes.askAt(at, 'raft', 'status').catch(() => null);
    return Array.isArray(reply) ? reply : [];
  };
  /** Resolves when the configuration of the node at this port has these Raft ports. */
  const knows = (at: number, raftPorts: readonly number[]) =>
    until(async () => {
      const fields = await status(at);
      const addresses = fields[fields.indexOf('addresses') + 1];
      const expected = numbers.flatMap((id, at) => [`id${id}`, `127.0.0.1:${raftPorts[at]}`]);
      return `${Array.isArray(addresses) ? sorted(addresses) : ''}` === `${sorted(expected)}`;
    });
  const holds = async () => {
    for (const number of numbers) {
      await until(
        async () => (await nodes.askAt(respPort(number), 'get', 'a').catch(() => null)) === '1',
      );
    }
  };
  return { nodes, processes: [first, second, third], run, respPort, raftPort, knows, holds };
}

function sorted(words: readonly unknown[]): string[] {
  return words.map(String).sort();
}

async function kill(processes: readonly LetoProcess[]): Promise<void> {
  await Promise.all(processes.map((process) => process.end('SIGKILL')));
}

test('three nodes that move one by one keep a leader, their data, and the addresses', async (t) => {
  const { nodes, processes, run, respPort, raftPort, knows, holds } = await threeToMove(t);
  const respPorts = numbers.map((number) => nodes.respPort(number));
  const raftPorts = numbers.map((number) => nodes.raftPort(number));
  const moved: LetoProcess[] = [];
  for (const [at, number] of numbers.entries()) {
    await processes[at]?.end('SIGTERM');
    moved.push(run(number));
    respPorts[at] = respPort(number);
    raftPorts[at] = raftPort(number);
    for (const port of respPorts) await knows(port, raftPorts);
  }
  await holds();
  await kill(moved);
  for (const number of numbers) run(number);
  await holds();
});

test('nodes that move faster than addresses are logged find each other by -join', async (t) => {
  const { processes, run, holds, respPort, raftPort, knows } = await threeToMove(t);
  for (const number of numbers) {
    await processes[number - 1]?.end('SIGTERM');
    // The next one may stop before anybody has logged, or even heard, where this one is.
    const hint = number === 1 ? [] : ['-join', `:${respPort(1)}`];
    await run(number, ...hint).says(/is running/);
  }
  await holds();
  const raftPorts = numbers.map(raftPort);
  for (const number of numbers) await knows(respPort(number), raftPorts);
});

test('after all nodes have moved at once, -join says where to look for a member', async (t) => {
  const { processes, run, holds, respPort } = await threeToMove(t);
  await kill(processes);
  // The member named by -join starts last, and none of the others could find it.
  run(1, '-join', `:${respPort(3)}`);
  run(2, '-join', `:${respPort(3)}`);
  run(3);
  await holds();
});

test('a node that reaches no member says in its log whom it called, and where', async (t) => {
  const { nodes, processes, run } = await threeToMove(t);
  await kill(processes);
  const alone = run(1);
  await alone.says(/cannot reach /);
  for (const number of [2, 3]) {
    assert.ok(alone.log.includes(`id${number} at 127.0.0.1:${nodes.raftPort(number)}`), alone.log);
  }
});

test('a node that starts at the Raft address of a member cannot join', async (t) => {
  const nodes = await LetoNodes.create(t);
  nodes.run(1);
  await nodes.leader(1);
  const taken = ['-advertise', `:${nodes.raftPort(1)}`];
  const second = nodes.run(2, '-join', `:${nodes.respPort(1)}`, ...taken);
  assert.equal(await second.ended(), 1);
  assert.match(second.log, /^leto: .* refused the join: ERR another member has that Raft address/m);
});
