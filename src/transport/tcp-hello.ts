import { LetoError } from '../base/index.js';
import { ByteReader, ByteWriter, damaged } from '../codec/index.js';
import type { Address } from '../control/index.js';
import { type NodeId, nodeId } from '../raft/index.js';
import { Refusal } from './tcp-answers.js';
import { nonceBytes } from './tcp-proof.js';

/** Where a node is to be found: by its peers, and by clients that they send to it; null: nowhere. */
export interface AdvertisedAddresses {
  readonly raft: Address;
  readonly resp: Address | null;
  readonly http: Address | null;
}

/** What a node is while it calls, for members that have no data yet. */
export interface HistoryClaim {
  /** It has neither a term nor a log. */
  readonly isBlank: boolean;
  /** It has not heard yet whether the one that it calls is blank, and waits for that. */
  readonly isAwaitingClaim: boolean;
}

/** The first frame on a connection: who speaks, to whom, in which cluster and version. */
export interface Hello extends HistoryClaim {
  readonly clusterId: string;
  readonly from: NodeId;
  readonly to: NodeId;
  /** Null where a supervisor tells everybody. */
  readonly advertisedAddresses: AdvertisedAddresses | null;
}

/** A hello as it came. */
export interface ReceivedHello extends Hello {
  /** The caller has a secret and wants to prove it: its nonce stands in the frame. */
  readonly wantsProof: boolean;
}

const magic = 'leto-raft';
const version = 3;
const portMax = 65_535;
export const helloBytesMax = 1024;
/** Clients are told a host in a line, and in a header of HTTP: nothing else gets in there. */
const hostPattern = /^[A-Za-z0-9._:-]+$/;

/** The nonce is that of this call alone; without a secret there is none. */
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
 * @throws {LetoError} LETO_DATA_FOREIGN or LETO_DATA_DAMAGED where no peer of ours speaks; a
 * Refusal where it may be told so
 */
export function decodeHello(frame: Uint8Array, clusterId: string, self: NodeId): ReceivedHello {
  const reader = new ByteReader(frame);
  if (reader.bytes() !== magic) {
    throw new LetoError('LETO_DATA_FOREIGN', 'the Raft port was called by no Raft peer');
  }
  const peerVersion = reader.varint();
  if (peerVersion !== version) {
    throw new Refusal('version', `version ${peerVersion} of the protocol, not ${version}`);
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
  if (hello.to !== self) throw new Refusal('node', `a node that takes us for ${hello.to}`);
  return hello;
}

function readNonce(reader: ByteReader): boolean {
  const { length } = reader.bytes();
  if (length === 0 || length === nonceBytes) return length > 0;
  throw damaged('a hello has a nonce of a wrong length');
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
  throw damaged('a hello tells of an address that can not be');
}
