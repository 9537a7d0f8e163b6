/**
 * Connects a node to its peers, over MessagePorts or TCP, with link faults on top. Without a
 * supervisor, peer addresses come from the configuration and from the peers' hellos: see
 * MemberLinks. The protocols themselves are in `transport`.
 */

import type { MessagePort } from 'node:worker_threads';
import { Prng } from '../base/index.js';
import {
  type Address,
  type ClusterClock,
  formatAddress,
  type NodePorts,
  type NodeSettings,
  type ToNode,
} from '../control/index.js';
import type { Configuration, Message, NodeId } from '../raft/index.js';
import {
  FaultyTransport,
  type HistoryClaim,
  PortTransport,
  type TcpHandlers,
  TcpTransport,
  type Transport,
} from '../transport/index.js';
import { type ClientAddresses, MemberLinks } from './member-links.js';
import { toTcpOptions } from './tcp-options.js';
import type { NodeTelemetry } from './telemetry/node-telemetry.js';
import { UnreachedMembers } from './unreached-members.js';

type LinkMessage = Extract<ToNode<MessagePort>, { type: 'link' | 'peerAddress' }>;

/** The interval at which the links to the members are looked at. */
const reachCheckIntervalMs = 1000;

interface PeerNetworkOptions {
  readonly settings: NodeSettings;
  readonly clock: ClusterClock;
  readonly telemetry: NodeTelemetry;
  /** The ports on which this node serves clients; the node announces them to its peers. */
  readonly clientPorts: Omit<NodePorts, 'raftPort'>;
  /** The addresses at which the members serve clients, updated here from the peers' hellos. */
  readonly clientAddresses: ClientAddresses;
  /** Called for every hello to a peer. */
  historyClaim(): HistoryClaim;
  onMessage(message: Message): void;
  onPeerLost(peer: NodeId): void;
  /** Called with the Raft address that a connected peer told; null when it has disconnected. */
  onPeerAddress(peer: NodeId, address: string | null): void;
  hasLeader(): boolean;
}

export interface PeerNetwork {
  readonly transport: FaultyTransport;
  /** Null when peers are connected by MessagePorts. */
  readonly raftPort: number | null;
  /** Connects to a peer by the port or address that the supervisor sent. */
  link(message: LinkMessage): void;
  /** Links the members of the configuration in force, when no supervisor does. */
  updateConfiguration(configuration: Configuration): void;
  /** Looks for members also at these Raft addresses, which another member named. */
  lookForMembers(addresses: ReadonlyMap<NodeId, Address>): void;
  close(): Promise<void>;
}

/** @throws {LetoError} as `TcpTransport.listen` does: LETO_PORT_TAKEN, for example */
export async function openPeerNetwork(options: PeerNetworkOptions): Promise<PeerNetwork> {
  return options.settings.transport === 'tcp' ? openTcp(options) : openPorts(options);
}

function openPorts(options: PeerNetworkOptions): PeerNetwork {
  const ports = new PortTransport(options.settings.id, {
    onMessage: options.onMessage,
    onPeerLost: (peer) => handlePeerLost(options, transport, peer),
  });
  const transport = withFaults(options, ports);
  return {
    transport,
    raftPort: null,
    link: (message) => {
      if (message.type === 'link') ports.link(message.peer, message.port);
    },
    updateConfiguration: () => {},
    lookForMembers: () => {},
    close: () => transport.close(),
  };
}

async function openTcp(options: PeerNetworkOptions): Promise<PeerNetwork> {
  const { settings, telemetry, clientPorts, clientAddresses, historyClaim } = options;
  // Peers may connect as soon as the port is open, before `listen` has returned.
  let links: MemberLinks | null = null;
  let transport: FaultyTransport | null = null;
  const handlers: TcpHandlers = {
    onMessage: options.onMessage,
    onPeerLost: (peer) => handlePeerLost(options, transport, peer),
    onPeerConnected: (peer, addresses) => {
      links?.handlePeerConnected(peer, addresses);
      options.onPeerAddress(peer, formatAddress(addresses.raft));
      telemetry.peerConnected(peer);
    },
    onPeerDisconnected: (peer) => options.onPeerAddress(peer, null),
    onPeerUnreachable: (reason) => telemetry.warn(reason),
  };
  const tcp = await TcpTransport.listen(
    toTcpOptions(settings, clientPorts, historyClaim),
    handlers,
  );
  const memberLinks = new MemberLinks(settings.id, tcp, clientAddresses);
  links = memberLinks;
  const faulty = withFaults(options, tcp);
  transport = faulty;
  const stopChecking = checkReach(options, memberLinks);
  return {
    transport: faulty,
    raftPort: tcp.port,
    link: (message) => {
      if (message.type === 'peerAddress' && message.raft) tcp.link(message.peer, message.raft);
    },
    updateConfiguration: (configuration) => memberLinks.updateConfiguration(configuration),
    lookForMembers: (addresses) => memberLinks.handleNamedAddresses(addresses),
    close: () => {
      stopChecking();
      return faulty.close();
    },
  };
}

/** Warns about members that cannot be reached. Returns a function that stops the checks. */
function checkReach({ telemetry, hasLeader }: PeerNetworkOptions, links: MemberLinks): () => void {
  const unreached = new UnreachedMembers();
  const timer = setInterval(() => {
    const reason = unreached.check(performance.now(), links.members, hasLeader());
    if (reason !== null) telemetry.warn(reason);
  }, reachCheckIntervalMs);
  return () => clearInterval(timer);
}

/** Reports a lost peer, except across a cut link: real networks would not deliver the close. */
function handlePeerLost(
  { telemetry, onPeerLost }: PeerNetworkOptions,
  transport: FaultyTransport | null,
  peer: NodeId,
): void {
  if (!transport?.isCut(peer)) onPeerLost(peer);
  telemetry.peerLost(peer);
}

function withFaults(
  { settings, clock, telemetry }: PeerNetworkOptions,
  inner: Transport,
): FaultyTransport {
  const prng = new Prng(settings.prngSeed);
  return new FaultyTransport(telemetry.counted(inner), clock, prng, (message, isLost) =>
    telemetry.messageSent(message, isLost),
  );
}
