import type { NodeId, ReadMode } from '../raft/index.js';

/** What a follower says to a write that it can't take. */
export type FollowerMode = 'error' | 'moved' | 'proxy';

export type TransportKind = 'message-port' | 'tcp';

/** All that a node's thread is told at its start; the ports come beside it. */
export interface NodeSettings {
  readonly id: NodeId;
  readonly cluster: string;
  /** Names the cluster on the wire and on disk, whatever the user calls it. */
  readonly clusterId: string;
  readonly host: string;
  /** Zero: any free port. */
  readonly respPort: number;
  readonly transport: TransportKind;
  /** For `tcp`. */
  readonly raftHost: string;
  /** For `tcp`; zero: any free port. */
  readonly raftPort: number;
  readonly httpHost: string;
  /** Zero: any free port; null: no HTTP. */
  readonly httpPort: number | null;
  /** The options by which a user chooses other ports. */
  readonly portFlags: { readonly resp: string; readonly raft: string; readonly http: string };
  /** What it tells its peers of where it is; null where a supervisor tells them. */
  readonly advertised: {
    readonly raft: Address;
    /** By which hosts clients reach it; the ports are those where it listens. */
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
  /** Virtual milliseconds in a real one. */
  readonly speed: number;
  readonly password: string | null;
  /** For `tcp`: each peer must prove that it knows it. */
  readonly secret: string | null;
  /** Null: no TLS, on no port. */
  readonly tls: TlsSettings | null;
  readonly prngSeed: number;
  /** Where its data are; the node tells it, and its disk thread uses it. */
  readonly dataDir: string;
}

/** PEM texts; the CA has signed the certificates of all nodes and clients. */
export interface TlsSettings {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}
