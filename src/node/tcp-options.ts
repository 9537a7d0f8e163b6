import type { Address, NodePorts, NodeSettings } from '../control/index.js';
import type { AdvertisedAddresses, TcpTransportOptions } from '../transport/index.js';

/** Where clients come in; null: nowhere. */
type ClientPorts = { readonly respPort: number | null } & Pick<NodePorts, 'httpPort'>;

/** What a node's Raft port is told by its settings. */
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
