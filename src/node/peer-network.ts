import type { MessagePort } from 'node:worker_threads';
import { Prng } from '../base/index.js';
import type { NodePorts, NodeSettings, ToNode } from '../control/index.js';
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
import type { VirtualClock } from './virtual-clock.js';

type LinkMessage = Extract<ToNode<MessagePort>, { type: 'link' | 'peerAddress' }>;

interface PeerNetworkOptions {
  readonly settings: NodeSettings;
  readonly clock: VirtualClock;
  readonly telemetry: NodeTelemetry;
  /** Where this node serves its clients: its peers are told. */
  readonly clientPorts: Omit<NodePorts, 'raftPort'>;
  /** Where the members serve their clients; peers tell, and the network keeps it. */
  readonly clientAddresses: ClientAddresses;
  /** Asked anew for each hello to a peer. */
  historyClaim(): HistoryClaim;
  onMessage(message: Message): void;
  onPeerLost(peer: NodeId): void;
}

/**
 * The peers of a node, over MessagePorts or TCP, with the faults of links in front. Where no
 * supervisor links the members, the configuration and the hellos of peers do.
 */
export interface PeerNetwork {
  readonly transport: FaultyTransport;
  /** Null where peers are reached by MessagePorts. */
  readonly raftPort: number | null;
  /** A supervisor says where a peer is. */
  link(message: LinkMessage): void;
  /** The configuration in force has changed. */
  updateConfiguration(configuration: Configuration): void;
}

/** @throws {LetoError} where the Raft port is taken */
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
  };
}

async function openTcp(options: PeerNetworkOptions): Promise<PeerNetwork> {
  const { settings, telemetry, clientPorts, clientAddresses, historyClaim } = options;
  // Peers may call before `listen` has returned, as soon as the port is open.
  let links: MemberLinks | null = null;
  let transport: FaultyTransport | null = null;
  const handlers: TcpHandlers = {
    onMessage: options.onMessage,
    onPeerLost: (peer) => handlePeerLost(options, transport, peer),
    onPeerConnected: (peer, addresses) => {
      links?.handlePeerConnected(peer, addresses);
      telemetry.peerConnected(peer);
    },
    onPeerUnreachable: (reason) => telemetry.warn(reason),
  };
  const tcp = await TcpTransport.listen(
    toTcpOptions(settings, clientPorts, historyClaim),
    handlers,
  );
  const memberLinks = new MemberLinks(settings.id, tcp, clientAddresses);
  links = memberLinks;
  transport = withFaults(options, tcp);
  return {
    transport,
    raftPort: tcp.port,
    link: (message) => {
      if (message.type === 'peerAddress' && message.raft) tcp.link(message.peer, message.raft);
    },
    updateConfiguration: (configuration) => memberLinks.updateConfiguration(configuration),
  };
}

/** A node that is cut off from a peer does not notice either that the connection was closed. */
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
