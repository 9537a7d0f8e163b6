/**
 * The state of one client's connection that commands can read and change: HELLO, AUTH, CLIENT and
 * RAFT set it. It holds no socket and no bytes; those belong to Connection.
 */

import type { FollowerMode, NodeSettings } from '../control/index.js';
import type { SessionSerial } from '../kv/index.js';
import { beforeLog, type LogIndex, type ReadMode } from '../raft/index.js';
import type { RequestClient } from '../replica/index.js';

/** The version of RESP that a connection speaks. */
export type Protocol = 2 | 3;

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
  /** The session and serial of the next command, set by RAFT SESSION; null for none (6.3). */
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

  /** Returns the session for the command that has just arrived, and clears it. */
  takeSession(): SessionSerial | null {
    const { session } = this;
    this.session = null;
    return session;
  }
}
