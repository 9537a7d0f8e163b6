import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { LetoError } from '../base/errors.js';
import {
  type Address,
  formatAddress,
  isName,
  type NodeId,
  type NodeSettings,
  nodeId,
  parseAddress,
  planCluster,
} from '../control/index.js';
import type { FlagName, FlagValues } from './leto-flags.js';
import { type LogLevel, logLevels } from './leto-log.js';

/** What `leto` is told, checked. */
export interface LetoPlan {
  readonly id: NodeId;
  readonly folder: string;
  readonly listen: Address;
  readonly raftBind: Address;
  /** Where others find it. */
  readonly whereabouts: { readonly raft: Address; readonly resp: Address };
  /** Where a member of the cluster that it is to join serves clients. */
  readonly join: Address | null;
  readonly level: LogLevel;
  /** What the user should know before it starts. */
  readonly warnings: readonly string[];
}

const seedMax = 2 ** 48 - 1;

/** @throws {LetoError} LETO_BAD_OPTION */
export function planLeto(flags: FlagValues): LetoPlan {
  const listen = addressOf(flags, 'listen');
  const raftBind = addressOf(flags, 'raftbind');
  const raft = flags.has('advertise') ? addressOf(flags, 'advertise') : raftBind;
  if (isWildcard(raft)) {
    throw badFlag('advertise', 'is needed beside such a -raftbind: peers must find this node');
  }
  const resp = isWildcard(listen) ? { host: raft.host, port: listen.port } : listen;
  return {
    id: idOf(flags),
    folder: resolve(flags.get('raftdir') ?? ''),
    listen,
    raftBind,
    whereabouts: { raft, resp },
    join: flags.has('join') ? addressOf(flags, 'join') : null,
    level: [...logLevels].reverse().find((level) => flags.get(level)) ?? 'quiet',
    warnings: [
      ...openness(flags, 'listen', listen, 'anybody there may read and write all keys'),
      ...openness(flags, 'raftbind', raftBind, 'anybody there may take over the cluster'),
    ],
  };
}

function idOf(flags: FlagValues): NodeId {
  const id = flags.get('id') ?? '';
  if (isName(id)) return nodeId(id);
  throw badFlag('id', 'is needed: 1 to 64 letters, digits, - and _, as in -id id1');
}

function addressOf(flags: FlagValues, name: FlagName): Address {
  const text = flags.get(name) ?? '';
  const address = parseAddress(text);
  if (address) return address;
  throw badFlag(name, `is "${text}"; it must be host:port, or :port on this machine`);
}

/** @throws {LetoError} where others can reach what the user has not declared open */
function openness(flags: FlagValues, name: FlagName, address: Address, risk: string): string[] {
  if (isLoopback(address)) return [];
  const text = `${formatAddress(address)} can be reached from other machines, and ${risk}`;
  if (flags.get('insecure')) return [`-${name} ${text}: there is no password and no encryption`];
  throw badFlag(name, `${text}; choose a loopback address, or add -insecure`);
}

function isLoopback({ host }: Address): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function isWildcard({ host }: Address): boolean {
  return host === '0.0.0.0' || host === '::';
}

function badFlag(name: FlagName, message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', `-${name} ${message}`);
}

export function toNodeSettings(plan: LetoPlan, clusterId: string): NodeSettings {
  const { id, folder, listen, raftBind, whereabouts } = plan;
  return {
    ...planCluster({}),
    id,
    cluster: 'leto',
    clusterId,
    host: listen.host,
    respPort: listen.port,
    transport: 'tcp',
    raftHost: raftBind.host,
    raftPort: raftBind.port,
    portFlags: { resp: '-listen', raft: '-raftbind' },
    whereabouts,
    dataDir: folder,
    prngSeed: randomInt(seedMax),
  };
}
