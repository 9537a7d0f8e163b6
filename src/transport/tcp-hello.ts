import { LetoError } from '../base/errors.js';
import { ByteReader, ByteWriter, damaged } from '../codec/index.js';
import { type NodeId, nodeId } from '../raft/index.js';
import { Refusal } from './tcp-answers.js';
import { nonceBytes } from './tcp-proof.js';

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

/** A hello as it came. */
export interface HeardHello extends Hello {
  /** The caller has a secret and wants to prove it: its nonce stands in the frame. */
  readonly wantsProof: boolean;
}

const magic = 'leto-raft';
const version = 3;
const portMax = 65_535;
export const helloBytesMax = 1024;

/** The nonce is that of this call alone; without a secret there is none. */
export function encodeHello(
  { clusterId, from, to, whereabouts }: Hello,
  nonce: Buffer | null,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.bytes(magic);
  writer.varint(version);
  for (const text of [clusterId, from, to]) writer.bytes(text);
  writer.bytes(nonce?.toString('latin1') ?? '');
  const addresses = whereabouts ? [whereabouts.raft, whereabouts.resp] : [];
  writer.varint(addresses.length);
  for (const { host, port } of addresses) {
    writer.bytes(host);
    writer.varint(port);
  }
  return writer.take();
}

/**
 * @throws {LetoError} LETO_DATA_FOREIGN or LETO_DATA_DAMAGED where no peer of ours speaks; a
 * Refusal where it may be told so
 */
export function checkHello(frame: Uint8Array, clusterId: string, self: NodeId): HeardHello {
  const reader = new ByteReader(frame);
  if (reader.bytes() !== magic) {
    throw new LetoError('LETO_DATA_FOREIGN', 'the Raft port was called by no Raft peer');
  }
  const spoken = reader.varint();
  if (spoken !== version) {
    throw new Refusal('version', `version ${spoken} of the protocol, not ${version}`);
  }
  const hello = {
    clusterId: reader.bytes(),
    from: nodeId(reader.bytes()),
    to: nodeId(reader.bytes()),
    wantsProof: readNonce(reader),
    whereabouts: readWhereabouts(reader),
  };
  if (hello.clusterId !== clusterId) throw new Refusal('cluster', 'a node of another cluster');
  if (hello.to !== self) throw new Refusal('node', `a node that takes us for ${hello.to}`);
  return hello;
}

function readNonce(reader: ByteReader): boolean {
  const { length } = reader.bytes();
  if (length === 0 || length === nonceBytes) return length > 0;
  throw damaged('a hello has a nonce of a wrong length');
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
