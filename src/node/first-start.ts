import { LetoError } from '../base/index.js';
import { type Address, formatAddress, type NodeSettings } from '../control/index.js';
import type { NodeId } from '../raft/index.js';
import { type Standing, TcpTransport, type Whereabouts } from '../transport/index.js';
import { toTcpOptions } from './tcp-options.js';

type Members = ReadonlyMap<NodeId, Address>;

interface Waiting {
  readonly signal: AbortSignal;
  /** A peer is called in vain: why, in a sentence. */
  readonly onRefused: (reason: string) => void;
}

/**
 * The very first start of a member whose peers are known from the start, and the only one in which
 * its empty folder is not damage. An emptied voter would vote against its own promises (3.8), and
 * can't tell that it was emptied. But whoever had its vote, or its copy of an entry, has a term. So
 * it begins only when every peer has said in this life that it has neither a term nor a log.
 *
 * A peer that begins gets a term soon, and must not shut out those that it was to begin with: nobody
 * begins before every peer has heard from it, and has said so.
 *
 * What it can't see: that all members were emptied at once, or that a folder is an older copy.
 *
 * @throws {LetoError} LETO_NODE_STATE where a peer has a history; as `listen` does; what `signal` has
 */
export async function untilAllAreBlank(
  settings: NodeSettings,
  members: Members,
  { signal, onRefused }: Waiting,
): Promise<void> {
  signal.throwIfAborted();
  const meeting = new Meeting(settings, members, onRefused);
  const stop = () => meeting.fail(signal.reason);
  signal.addEventListener('abort', stop);
  try {
    await meeting.held();
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

class Meeting {
  readonly #settings: NodeSettings;
  readonly #peers: Map<NodeId, Address>;
  readonly #onRefused: Waiting['onRefused'];
  /** Those that have said that they are blank. */
  readonly #blank = new Set<NodeId>();
  /** Those of them that have heard the same from here. */
  readonly #settled = new Set<NodeId>();
  readonly #over: Promise<void>;
  #succeed: () => void = () => {};
  fail: (reason: unknown) => void = () => {};

  constructor(settings: NodeSettings, members: Members, onRefused: Waiting['onRefused']) {
    this.#settings = settings;
    this.#onRefused = onRefused;
    this.#peers = new Map([...members].filter(([id]) => id !== settings.id));
    this.#over = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.fail = reject;
    });
    this.#over.catch(() => {});
  }

  async held(): Promise<void> {
    if (this.#peers.size === 0) return;
    const standing = (peer: NodeId) => ({ isBlank: true, isAsking: !this.#blank.has(peer) });
    const nowhere = { respPort: null, httpPort: null };
    const tcp = await TcpTransport.listen(toTcpOptions(this.#settings, nowhere, standing), {
      onMessage: () => {},
      onPeerLost: () => {},
      onPeerRefused: this.#onRefused,
      onPeerMet: (peer, whereabouts, itsStanding) =>
        this.#hear(tcp, peer, whereabouts, itsStanding),
    });
    for (const [peer, address] of this.#peers) tcp.link(peer, address);
    try {
      await this.#over;
    } finally {
      await tcp.close();
    }
  }

  #hear(tcp: TcpTransport, peer: NodeId, where: Whereabouts, standing: Standing): void {
    if (!this.#peers.has(peer)) return;
    if (!this.#blank.has(peer)) {
      if (!standing.isBlank) {
        this.fail(isNotNew(this.#settings, peer, where));
        return;
      }
      this.#blank.add(peer);
      tcp.callAgain(peer, where.raft);
    }
    if (!standing.isAsking) this.#settled.add(peer);
    if (this.#settled.size === this.#peers.size) this.#succeed();
  }
}

function isNotNew({ id, dataDir }: NodeSettings, peer: NodeId, { resp }: Whereabouts): LetoError {
  const member = resp ? formatAddress(resp) : `the -listen address of ${peer}`;
  const message =
    `there are no data of ${id} in ${dataDir}, and ${peer} has been at work already; give the ` +
    `-raftdir that holds them, or if they are lost, send LEAVE ${id} to ${member} and start this ` +
    `node with -join ${member} besides`;
  return new LetoError('LETO_NODE_STATE', message);
}
