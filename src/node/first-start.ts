import { LetoError } from '../base/index.js';
import { type Address, formatAddress, type NodeSettings } from '../control/index.js';
import type { NodeId } from '../raft/index.js';
import { type AdvertisedAddresses, type HistoryClaim, TcpTransport } from '../transport/index.js';
import { toTcpOptions } from './tcp-options.js';

type MemberAddresses = ReadonlyMap<NodeId, Address>;

interface WaitOptions {
  readonly signal: AbortSignal;
  /** A peer is called in vain: why, in a sentence. */
  readonly onPeerUnreachable: (reason: string) => void;
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
  members: MemberAddresses,
  { signal, onPeerUnreachable: onRefused }: WaitOptions,
): Promise<void> {
  signal.throwIfAborted();
  const meeting = new Rendezvous(settings, members, onRefused);
  const stop = () => meeting.fail(signal.reason);
  signal.addEventListener('abort', stop);
  try {
    await meeting.run();
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

class Rendezvous {
  readonly #settings: NodeSettings;
  readonly #peers: Map<NodeId, Address>;
  readonly #onRefused: WaitOptions['onPeerUnreachable'];
  /** Those that have said that they are blank. */
  readonly #blankPeers = new Set<NodeId>();
  /** Those of them that have heard the same from here. */
  readonly #confirmedPeers = new Set<NodeId>();
  readonly #finished: Promise<void>;
  #succeed: () => void = () => {};
  fail: (reason: unknown) => void = () => {};

  constructor(
    settings: NodeSettings,
    members: MemberAddresses,
    onRefused: WaitOptions['onPeerUnreachable'],
  ) {
    this.#settings = settings;
    this.#onRefused = onRefused;
    this.#peers = new Map([...members].filter(([id]) => id !== settings.id));
    this.#finished = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.fail = reject;
    });
    this.#finished.catch(() => {});
  }

  async run(): Promise<void> {
    if (this.#peers.size === 0) return;
    const claimTo = (peer: NodeId) => ({
      isBlank: true,
      isAwaitingClaim: !this.#blankPeers.has(peer),
    });
    const nowhere = { respPort: null, httpPort: null };
    const tcp = await TcpTransport.listen(toTcpOptions(this.#settings, nowhere, claimTo), {
      onMessage: () => {},
      onPeerLost: () => {},
      onPeerUnreachable: this.#onRefused,
      onPeerConnected: (peer, addresses, claim) => this.#handleHello(tcp, peer, addresses, claim),
    });
    for (const [peer, address] of this.#peers) tcp.link(peer, address);
    try {
      await this.#finished;
    } finally {
      await tcp.close();
    }
  }

  #handleHello(
    tcp: TcpTransport,
    peer: NodeId,
    addresses: AdvertisedAddresses,
    claim: HistoryClaim,
  ): void {
    if (!this.#peers.has(peer)) return;
    if (!this.#blankPeers.has(peer)) {
      if (!claim.isBlank) {
        this.fail(hasHistoryError(this.#settings, peer, addresses));
        return;
      }
      this.#blankPeers.add(peer);
      tcp.reconnect(peer, addresses.raft);
    }
    if (!claim.isAwaitingClaim) this.#confirmedPeers.add(peer);
    if (this.#confirmedPeers.size === this.#peers.size) this.#succeed();
  }
}

function hasHistoryError(
  { id, dataDir }: NodeSettings,
  peer: NodeId,
  { resp }: AdvertisedAddresses,
): LetoError {
  const member = resp ? formatAddress(resp) : `the -listen address of ${peer}`;
  const message =
    `there are no data of ${id} in ${dataDir}, and ${peer} has been at work already; give the ` +
    `-raftdir that holds them, or if they are lost, send LEAVE ${id} to ${member} and start this ` +
    `node with -join ${member} besides`;
  return new LetoError('LETO_NODE_STATE', message);
}
