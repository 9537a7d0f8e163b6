import type { Address, NodePorts, NodeSettings } from '../control/index.js';
import type { TcpTransportOptions, Whereabouts } from '../transport/index.js';

/** Where clients come in; null: nowhere. */
type ClientPorts = { readonly respPort: number | null } & Pick<NodePorts, 'httpPort'>;

/** What a node's Raft port is told by its settings. */
export function toTcpOptions(
  settings: NodeSettings,
  ports: ClientPorts,
  standing: TcpTransportOptions['standing'],
): TcpTransportOptions {
  const { id, clusterId, raftHost: host, raftPort: port, portFlags, secret, tls } = settings;
  const whereabouts = toWhereabouts(settings, ports);
  return {
    ...{ id, clusterId, host, port, whereabouts, standing },
    flag: portFlags.raft,
    protection: { secret, tls },
  };
}

function toWhereabouts(
  { whereabouts }: NodeSettings,
  { respPort, httpPort }: ClientPorts,
): Whereabouts | null {
  if (!whereabouts) return null;
  const { raft, respHost, httpHost } = whereabouts;
  return { raft, resp: addressAt(respHost, respPort), http: addressAt(httpHost, httpPort) };
}

function addressAt(host: string, port: number | null): Address | null {
  return port === null ? null : { host, port };
}
