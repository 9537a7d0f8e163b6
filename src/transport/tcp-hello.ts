import { LetoError } from '../base/errors.js';
import { ByteReader, ByteWriter } from '../codec/index.js';
import { type NodeId, nodeId } from '../raft/index.js';

/** The first frame on a connection: who speaks, to whom, in which cluster and version. */
export interface Hello {
  readonly clusterId: string;
  readonly from: NodeId;
  readonly to: NodeId;
}

const magic = 'leto-raft';
const version = 1;
export const helloBytesMax = 1024;

export function encodeHello({ clusterId, from, to }: Hello): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.bytes(magic);
  writer.varint(version);
  for (const text of [clusterId, from, to]) writer.bytes(text);
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
  };
  if (hello.clusterId !== clusterId) throw foreign('a node of another cluster');
  if (hello.to !== self) throw foreign(`a node that takes us for ${hello.to}`);
  return hello;
}

function foreign(what: string): LetoError {
  return new LetoError('LETO_DATA_FOREIGN', `the Raft port was called by ${what}`);
}
