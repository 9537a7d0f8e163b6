/**
 * The hello, which is the first frame on a TCP connection and comes from the dialling node. It
 * names the version, the cluster and both nodes. The proofs that follow are in tcp-proof.ts.
 */

import { LetoError } from '../base/index.js';
import { ByteReader, ByteWriter, damaged } from '../codec/index.js';
import type { Address } from '../control/index.js';
import { type NodeId, nodeId } from '../raft/index.js';
import { Refusal } from './tcp-answers.js';
import { nonceBytes } from './tcp-proof.js';

/**
 * The addresses of a node: `raft` for its peers, `resp` and `http` for clients that its peers
 * redirect to it. An address is null when the node serves no such port.
 */
export interface AdvertisedAddresses {
  readonly raft: Address;
  readonly resp: Address | null;
  readonly http: Address | null;
}

/** The claim of a node about its history, which the first start of a member relies on. */
export interface HistoryClaim {
  /** True while the node has neither a term nor a log. */
  readonly isBlank: boolean;
  /** True while the node waits to hear whether the receiver of the hello is blank. */
  readonly isAwaitingClaim: boolean;
}

/** The content of a hello, without the nonce. */
export interface Hello extends HistoryClaim {
  readonly clusterId: string;
  readonly from: NodeId;
  readonly to: NodeId;
  /** The addresses of the sender; null when a supervisor distributes them. */
  readonly advertisedAddresses: AdvertisedAddresses | null;
}

/** A hello as it was received. */
export interface ReceivedHello extends Hello {
  /** True when the hello has a nonce: the dialling node has a secret, and proofs must follow. */
  readonly wantsProof: boolean;
}

const magic = 'leto-raft';
const version = 4;
const portMax = 65_535;
export const helloBytesMax = 1024;
/** Hosts are passed on to clients in RESP lines and HTTP headers, so they must not break those. */
const hostPattern = /^[A-Za-z0-9._:-]+$/;

/** Encodes a hello. The nonce must be fresh for each connection, and null without a secret. */
export function encodeHello(hello: Hello, nonce: Buffer | null): Uint8Array<ArrayBuffer> {
  const { clusterId, from, to, advertisedAddresses, isBlank, isAwaitingClaim } = hello;
  const writer = new ByteWriter();
  writer.bytes(magic);
  writer.varint(version);
  for (const text of [clusterId, from, to]) writer.bytes(text);
  writer.bytes(nonce?.toString('latin1') ?? '');
  const { raft = null, resp = null, http = null } = advertisedAddresses ?? {};
  for (const address of [raft, resp, http]) writeAddress(writer, address);
  for (const flag of [isBlank, isAwaitingClaim]) writer.varint(Number(flag));
  return writer.take();
}

/** Port 0 stands for no address. */
function writeAddress(writer: ByteWriter, address: Address | null): void {
  writer.varint(address?.port ?? 0);
  if (address) writer.bytes(address.host);
}

/**
 * Decodes and checks the hello that node `self` of cluster `clusterId` has received.
 * @throws {Refusal} for a Raft node that may be told why it is refused
 * @throws {LetoError} LETO_DATA_FOREIGN or LETO_DATA_DAMAGED for anything else
 */
export function decodeHello(frame: Uint8Array, clusterId: string, self: NodeId): ReceivedHello {
  const reader = new ByteReader(frame);
  if (reader.bytes() !== magic) {
    throw new LetoError('LETO_DATA_FOREIGN', 'a client of the Raft port is not a Raft node');
  }
  const peerVersion = reader.varint();
  if (peerVersion !== version) {
    throw new Refusal('version', `a node with protocol version ${peerVersion}, not ${version}`);
  }
  const hello = {
    clusterId: reader.bytes(),
    from: nodeId(reader.bytes()),
    to: nodeId(reader.bytes()),
    wantsProof: readNonce(reader),
    advertisedAddresses: readAdvertisedAddresses(reader),
    isBlank: reader.varint() === 1,
    isAwaitingClaim: reader.varint() === 1,
  };
  if (hello.clusterId !== clusterId) throw new Refusal('cluster', 'a node of another cluster');
  if (hello.to !== self) throw new Refusal('node', `a node that looks for ${hello.to}`);
  return hello;
}

function readNonce(reader: ByteReader): boolean {
  const { length } = reader.bytes();
  if (length === 0 || length === nonceBytes) return length > 0;
  throw damaged('the nonce in a hello has the wrong length');
}

function readAdvertisedAddresses(reader: ByteReader): AdvertisedAddresses | null {
  const raft = readAddress(reader);
  const [resp, http] = [readAddress(reader), readAddress(reader)];
  return raft && { raft, resp, http };
}

function readAddress(reader: ByteReader): Address | null {
  const port = reader.varint();
  if (port === 0) return null;
  const address = { host: reader.bytes(), port };
  if (hostPattern.test(address.host) && port <= portMax) return address;
  throw damaged('an address in a hello is invalid');
}
