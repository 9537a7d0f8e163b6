import { LetoError } from '../base/errors.js';
import { ByteReader, ByteWriter, damaged } from '../codec/index.js';
import { type NodeId, nodeId } from '../raft/index.js';

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a node is to be found: by its peers, and by clients that they send to it. */
export interface Whereabouts {
  readonly raft: PeerAddress;
  readonly resp: PeerAddress;
}

/** The first frame on a connection: who speaks, to whom, in which cluster and version. */
export interface Hello {
  readonly clusterId: string;
  readonly from: NodeId;
  readonly to: NodeId;
  /** Null where a supervisor tells everybody. */
  readonly whereabouts: Whereabouts | null;
}

const magic = 'leto-raft';
const version = 2;
const portMax = 65_535;
export const helloBytesMax = 1024;

export function encodeHello({ clusterId, from, to, whereabouts }: Hello): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.bytes(magic);
  writer.varint(version);
  for (const text of [clusterId, from, to]) writer.bytes(text);
  const addresses = whereabouts ? [whereabouts.raft, whereabouts.resp] : [];
  writer.varint(addresses.length);
  for (const { host, port } of addresses) {
    writer.bytes(host);
    writer.varint(port);
  }
  return writer.take();
}

/** @throws {LetoError} LETO_DATA_FOREIGN or LETO_DATA_DAMAGED where no peer of ours speaks */
export function checkHello(frame: Uint8Array, clusterId: string, self: NodeId): Hello {
  const reader = new ByteReader(frame);
  if (reader.bytes() !== magic) throw foreign('no Raft peer');
  const spoken = reader.varint();
  if (spoken !== version) throw foreign(`version ${spoken} of the protocol, not ${version}`);
  const hello = {
    clusterId: reader.bytes(),
    from: nodeId(reader.bytes()),
    to: nodeId(reader.bytes()),
    whereabouts: readWhereabouts(reader),
  };
  if (hello.clusterId !== clusterId) throw foreign('a node of another cluster');
  if (hello.to !== self) throw foreign(`a node that takes us for ${hello.to}`);
  return hello;
}

function readWhereabouts(reader: ByteReader): Whereabouts | null {
  if (reader.varint() === 0) return null;
  return { raft: readAddress(reader), resp: readAddress(reader) };
}

function readAddress(reader: ByteReader): PeerAddress {
  const address = { host: reader.bytes(), port: reader.varint() };
  if (address.host !== '' && address.port > 0 && address.port <= portMax) return address;
  throw damaged('a hello tells of an address that can not be');
}

function foreign(what: string): LetoError {
  return new LetoError('LETO_DATA_FOREIGN', `the Raft port was called by ${what}`);
}
