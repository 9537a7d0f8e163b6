/** The options of `up`. Ranges and combinations are checked in src/control, by planCluster. */

import { type Command, Option } from 'commander';
import type { ClusterOptions } from '../../control/index.js';
import { readPassword } from '../shell/secret-files.js';
import { readBytes, readNumber, readRange } from './option-values.js';

/** The options of `up` as they come from the command line. */
export interface UpFlags {
  readonly nodes?: number;
  readonly port?: number;
  readonly raftPort?: number;
  readonly httpPort?: number;
  readonly transport?: 'message-port' | 'tcp';
  readonly dataDir?: string;
  readonly follower?: 'error' | 'moved' | 'proxy';
  readonly reads?: 'linearizable' | 'lease' | 'local';
  readonly electionTimeout?: readonly [number, number];
  readonly heartbeat?: number;
  readonly failover?: 'timeout' | 'fast';
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly maxMemory?: number;
  readonly speed?: number;
  readonly passwordFile?: string;
  readonly waitTimeout: number;
  readonly readyFile?: string;
  readonly record?: string;
  readonly headless?: boolean;
  readonly detach?: boolean;
}

export function addUpOptions(command: Command): Command {
  return command
    .option('-n, --nodes <count>', '1 to 9 nodes (default: 3, or as in the data)', readNumber)
    .option('-p, --port <port>', 'RESP port of n1; n2 gets the next (default: 5379)', readNumber)
    .option('--raft-port <port>', 'Raft port of n1 with tcp (default: port + 10000)', readNumber)
    .option('--http-port <port>', 'HTTP port of n1; n2 gets the next (default: off)', readNumber)
    .addOption(
      new Option('--transport <kind>', 'transport between nodes (default: message-port)').choices([
        'message-port',
        'tcp',
      ]),
    )
    .option('--data-dir <folder>', 'folder for the data (default: a temporary folder)')
    .addOption(
      new Option('--follower <mode>', 'what a follower does with a write (default: error)').choices(
        ['error', 'moved', 'proxy'],
      ),
    )
    .addOption(
      new Option('--reads <mode>', 'consistency of reads (default: linearizable)').choices([
        'linearizable',
        'lease',
        'local',
      ]),
    )
    .option(
      '--election-timeout <min-max>',
      'range of the random timeout, in ms (default: 300-600)',
      readRange,
    )
    .option('--heartbeat <ms>', 'interval of the heartbeats (default: 50)', readNumber)
    .addOption(
      new Option('--failover <mode>', 'fast: a closed connection counts as a timeout').choices([
        'timeout',
        'fast',
      ]),
    )
    .option('--no-pre-vote', 'campaign without asking first, to show what PreVote prevents')
    .option('--no-check-quorum', 'lead without a majority, to show what CheckQuorum prevents')
    .option('--max-memory <size>', 'limit for keys and values (default: 512mb)', readBytes)
    .option(
      '--speed <factor>',
      'speed of time: 1 is real time, 0.1 is ten times slower (default: 1)',
      readNumber,
    )
    .option('--password-file <file>', 'file whose first line is the password for clients')
    .option(
      '--wait-timeout <seconds>',
      'how long to wait until the cluster is ready',
      readNumber,
      30,
    )
    .option('--ready-file <file>', 'write what `status --json` prints to this file when ready')
    .option('--record <file>', 'record the run to a new file, for `replay` and `report`')
    .option('--headless', 'print one line per event instead of the terminal UI')
    .option('-d, --detach', 'run in the background; return when ready');
}

/**
 * Returns the options of the library for the given flags; flags that were not given are absent.
 * @throws {LetoError} LETO_BAD_OPTION when the password file cannot be read or is empty
 */
export function toClusterOptions(flags: UpFlags, name: string): ClusterOptions {
  const { electionTimeout, heartbeat, maxMemory, passwordFile, ...same } = flags;
  const options = {
    name,
    nodes: same.nodes,
    port: same.port,
    raftPort: same.raftPort,
    httpPort: same.httpPort,
    transport: same.transport,
    dataDir: same.dataDir,
    follower: same.follower,
    reads: same.reads,
    electionTimeoutMs: electionTimeout,
    heartbeatMs: heartbeat,
    failover: same.failover,
    preVote: same.preVote,
    checkQuorum: same.checkQuorum,
    maxMemoryBytes: maxMemory,
    speed: same.speed,
    password:
      passwordFile === undefined ? undefined : readPassword(passwordFile, '--password-file'),
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}
