/**
 * The first start of a member of a static cluster, and the only start in which an empty folder is
 * not damage. A voter that lost its data could vote twice in a term (3.8), and cannot tell that it
 * lost data. But any node that had its vote or its copy of an entry has a term. So a member starts
 * only after every peer has said, in this life, that it has neither a term nor a log.
 */

import { LetoError } from '../base/index.js';
import { type Address, formatAddress, type NodeSettings } from '../control/index.js';
import type { NodeId } from '../raft/index.js';
import { type AdvertisedAddresses, type HistoryClaim, TcpTransport } from '../transport/index.js';
import { toTcpOptions } from './tcp-options.js';

type MemberAddresses = ReadonlyMap<NodeId, Address>;

/** The ports of a node that does not serve clients yet. */
const noClientPorts = { respPort: null, httpPort: null };

interface WaitOptions {
  readonly signal: AbortSignal;
  /** Called with a sentence that says why a peer cannot be reached. */
  readonly onPeerUnreachable: (reason: string) => void;
}

/**
 * Resolves when every peer has said that it is blank and has confirmed that it received the same
 * claim from this node. The confirmation is needed because a peer that starts soon has a term, and
 * would then shut out the members that have not finished yet.
 *
 * It cannot detect that all members lost their data at once, or that a folder is an older copy.
 *
 * @throws {LetoError} LETO_NODE_STATE when a peer has a term or a log, or as `listen` does
 * @throws the reason of `signal` when that is aborted
 */
export async function untilAllAreBlank(
  settings: NodeSettings,
  members: MemberAddresses,
  { signal, onPeerUnreachable }: WaitOptions,
): Promise<void> {
  signal.throwIfAborted();
  const rendezvous = new Rendezvous(settings, members, onPeerUnreachable);
  const stop = () => rendezvous.fail(signal.reason);
  signal.addEventListener('abort', stop);
  try {
    await rendezvous.run();
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

class Rendezvous {
  readonly #settings: NodeSettings;
  readonly #peers: Map<NodeId, Address>;
  readonly #onPeerUnreachable: WaitOptions['onPeerUnreachable'];
  /** The peers that have said that they are blank. */
  readonly #blankPeers = new Set<NodeId>();
  /** The blank peers that have also received this node's claim. */
  readonly #confirmedPeers = new Set<NodeId>();
  readonly #finished: Promise<void>;
  #succeed: () => void = () => {};
  fail: (reason: unknown) => void = () => {};

  constructor(
    settings: NodeSettings,
    members: MemberAddresses,
    onPeerUnreachable: WaitOptions['onPeerUnreachable'],
  ) {
    this.#settings = settings;
    this.#onPeerUnreachable = onPeerUnreachable;
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
    const tcp = await TcpTransport.listen(toTcpOptions(this.#settings, noClientPorts, claimTo), {
      onMessage: () => {},
      onPeerLost: () => {},
      onPeerUnreachable: this.#onPeerUnreachable,
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
    `${dataDir} holds no data of ${id}, but ${peer} has run before; choose the -raftdir that ` +
    `holds the data, or, if it is lost, send LEAVE ${id} to ${member} and start this node again ` +
    `with -join ${member}`;
  return new LetoError('LETO_NODE_STATE', message);
}
