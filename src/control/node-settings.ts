/**
 * Everything that a node is told when it starts, whether its supervisor is a cluster or `leto`.
 * options.ts holds what a user may choose for a whole cluster.
 */

import type { NodeId, ReadMode } from '../raft/index.js';

/** How a follower answers a write, which only the leader can take. */
export type FollowerMode = 'error' | 'moved' | 'proxy';

/** How nodes exchange Raft messages. */
export type TransportKind = 'message-port' | 'tcp';

/** The settings of one life of a node. The MessagePorts of its thread are passed separately. */
export interface NodeSettings {
  readonly id: NodeId;
  readonly cluster: string;
  /** Identifies the cluster on the wire and on disk; it does not depend on the cluster's name. */
  readonly clusterId: string;
  readonly host: string;
  /** Zero uses any free port. */
  readonly respPort: number;
  readonly transport: TransportKind;
  /** The host on which the node listens for peers. Used by the transport `tcp` only. */
  readonly raftHost: string;
  /** Used by the transport `tcp` only. Zero uses any free port. */
  readonly raftPort: number;
  readonly httpHost: string;
  /** Zero uses any free port. Null when HTTP is off. */
  readonly httpPort: number | null;
  /** The names of the port options, for error messages that suggest another port. */
  readonly portFlags: { readonly resp: string; readonly raft: string; readonly http: string };
  /** The addresses that the node tells its peers. Null when a supervisor tells them. */
  readonly advertised: {
    readonly raft: Address;
    /** The hosts by which clients reach the node. The ports are those on which it listens. */
    readonly respHost: string;
    readonly httpHost: string;
  } | null;
  readonly follower: FollowerMode;
  readonly reads: ReadMode;
  readonly electionTimeoutMsMin: number;
  readonly electionTimeoutMsMax: number;
  readonly heartbeatIntervalMs: number;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly fastFailover: boolean;
  readonly maxMemoryBytes: number;
  readonly password: string | null;
  /** The secret that each peer must prove it knows, with the transport `tcp`. Null for none. */
  readonly secret: string | null;
  /** Null when no port uses TLS. */
  readonly tls: TlsSettings | null;
  readonly prngSeed: number;
  /** The node's data folder. The node only reports it; its disk thread uses it. */
  readonly dataDir: string;
}

/** PEM texts. The CA has signed the certificates of all nodes and clients. */
export interface TlsSettings {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}
