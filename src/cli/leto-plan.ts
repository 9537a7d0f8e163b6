import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { LetoError } from '../base/errors.js';
import {
  type Address,
  isName,
  type NodeId,
  type NodeSettings,
  nodeId,
  parseAddress,
  planCluster,
} from '../control/index.js';
import type { FlagName, FlagValues } from './leto-flags.js';
import { type LogLevel, logLevels } from './leto-log.js';
import { type Door, type LetoProtection, readProtection, warningsOf } from './leto-protection.js';

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
  readonly protection: LetoProtection;
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
  const { protection, warnings } = readProtection(flags);
  const isInsecure = Boolean(flags.get('insecure'));
  const resp = isWildcard(listen) ? { host: raft.host, port: listen.port } : listen;
  return {
    id: idOf(flags),
    folder: resolve(flags.get('raftdir') ?? ''),
    listen,
    raftBind,
    whereabouts: { raft, resp },
    join: flags.has('join') ? addressOf(flags, 'join') : null,
    protection,
    level: [...logLevels].reverse().find((level) => flags.get(level)) ?? 'quiet',
    warnings: [
      ...warnings,
      ...warningsOf(clientDoor('listen', listen, protection), isInsecure),
      ...warningsOf(peerDoor(raftBind, protection), isInsecure),
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

function clientDoor(flag: FlagName, address: Address, protection: LetoProtection): Door {
  return {
    flag,
    address,
    risk: 'anybody there may read and write all keys',
    isProtected: protection.password !== null || protection.tls !== null,
    lack: 'no password and no encryption',
    remedy: '-password-file or -tls-cert',
  };
}

function peerDoor(address: Address, { secret, tls }: LetoProtection): Door {
  return {
    flag: 'raftbind',
    address,
    risk: 'anybody there may take over the cluster',
    isProtected: secret !== null || tls !== null,
    lack: 'no secret and no encryption',
    remedy: '-secret-file or -tls-cert',
  };
}

function isWildcard({ host }: Address): boolean {
  return host === '0.0.0.0' || host === '::';
}

function badFlag(name: FlagName, message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', `-${name} ${message}`);
}

export function toNodeSettings(plan: LetoPlan, clusterId: string): NodeSettings {
  const { id, folder, listen, raftBind, whereabouts, protection } = plan;
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
    ...protection,
    dataDir: folder,
    prngSeed: randomInt(seedMax),
  };
}
