import type { FollowerMode, NodeSettings } from '../control/index.js';
import type { SessionSerial } from '../kv/index.js';
import { beforeLog, type LogIndex, type ReadMode } from '../raft/index.js';
import type { RequestClient } from '../replica/index.js';

/** The version of RESP that a connection speaks. */
export type Protocol = 2 | 3;

/**
 * What one client has said about itself, and what it has chosen for its connection: HELLO, AUTH,
 * CLIENT and RAFT READS change it. It holds no socket and no bytes; those are the connection's.
 */
export class ClientState implements RequestClient {
  lastWriteIndex: LogIndex = beforeLog;
  readMode: ReadMode;
  followerMode: FollowerMode;
  isAuthenticated: boolean;
  protocol: Protocol = 2;
  name = '';
  libName = '';
  libVersion = '';
  lastCommand = '';
  lastActiveMs: number;
  /** RAFT SESSION: the serial of the next command, and of that command only (6.3). */
  session: SessionSerial | null = null;

  constructor(
    readonly id: number,
    readonly openedAtMs: number,
    settings: Pick<NodeSettings, 'reads' | 'follower' | 'password'>,
  ) {
    this.readMode = settings.reads;
    this.followerMode = settings.follower;
    this.isAuthenticated = settings.password === null;
    this.lastActiveMs = openedAtMs;
  }

  /** Returns the session of the command that has just arrived; the next command has none. */
  takeSession(): SessionSerial | null {
    const { session } = this;
    this.session = null;
    return session;
  }
}
