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
    .option('-n, --nodes <count>', '1 to 9 nodes (default: 3, or as the data have it)', readNumber)
    .option(
      '-p, --port <port>',
      'RESP port of n1, counted up for the others (default: 5379)',
      readNumber,
    )
    .option('--raft-port <port>', 'Raft port of n1 with tcp (default: port + 10000)', readNumber)
    .option('--http-port <port>', 'HTTP port of n1, counted up (default: no HTTP)', readNumber)
    .addOption(
      new Option('--transport <kind>', 'how nodes talk (default: message-port)').choices([
        'message-port',
        'tcp',
      ]),
    )
    .option('--data-dir <folder>', 'where the logs live (default: a temporary folder)')
    .addOption(
      new Option('--follower <mode>', 'what a follower does with a write (default: error)').choices(
        ['error', 'moved', 'proxy'],
      ),
    )
    .addOption(
      new Option('--reads <mode>', 'how reads are kept fresh (default: linearizable)').choices([
        'linearizable',
        'lease',
        'local',
      ]),
    )
    .option(
      '--election-timeout <min-max>',
      'drawn anew each time, in ms (default: 300-600)',
      readRange,
    )
    .option('--heartbeat <ms>', 'the leader sends one so often (default: 50)', readNumber)
    .addOption(
      new Option('--failover <mode>', 'fast: a closed connection counts as a timeout').choices([
        'timeout',
        'fast',
      ]),
    )
    .option('--no-pre-vote', 'campaign without asking first, to show what PreVote prevents')
    .option('--no-check-quorum', 'lead on without a majority, to show what CheckQuorum prevents')
    .option('--max-memory <size>', 'keys and values of a node (default: 512mb)', readBytes)
    .option(
      '--speed <factor>',
      'virtual time: 1 real, 0.1 ten times slower (default: 1)',
      readNumber,
    )
    .option('--password-file <file>', 'clients must give the password on its first line')
    .option(
      '--wait-timeout <seconds>',
      'how long to wait until the cluster is ready',
      readNumber,
      30,
    )
    .option('--ready-file <file>', 'written when ready, with what `status --json` prints')
    .option('--record <file>', 'writes the run to a new file, for `replay` and `report`')
    .option('--headless', 'no terminal UI: one line an event')
    .option('-d, --detach', 'in the background: return when ready');
}

/** @throws {LetoError} LETO_BAD_OPTION where the password file is of no use */
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
