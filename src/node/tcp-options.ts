/** Translates a node's settings into options for its Raft port over TCP. */

import type { Address, NodePorts, NodeSettings } from '../control/index.js';
import type { AdvertisedAddresses, TcpTransportOptions } from '../transport/index.js';

/** The ports for clients; null for a port that is not open. */
type ClientPorts = { readonly respPort: number | null } & Pick<NodePorts, 'httpPort'>;

export function toTcpOptions(
  settings: NodeSettings,
  ports: ClientPorts,
  historyClaim: TcpTransportOptions['historyClaim'],
): TcpTransportOptions {
  const { id, clusterId, raftHost: host, raftPort: port, portFlags, secret, tls } = settings;
  const advertisedAddresses = toAdvertisedAddresses(settings, ports);
  return {
    ...{
      id,
      clusterId,
      host,
      port,
      advertisedAddresses,
      historyClaim,
    },
    flag: portFlags.raft,
    protection: { secret, tls },
  };
}

function toAdvertisedAddresses(
  { advertised }: NodeSettings,
  { respPort, httpPort }: ClientPorts,
): AdvertisedAddresses | null {
  if (!advertised) return null;
  const { raft, respHost, httpHost } = advertised;
  return { raft, resp: addressAt(respHost, respPort), http: addressAt(httpHost, httpPort) };
}

function addressAt(host: string, port: number | null): Address | null {
  return port === null ? null : { host, port };
}
