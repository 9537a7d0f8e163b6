/** Parses the value of --cluster: the members of a static cluster, as goraft's kvapi has it. */

import { createHash } from 'node:crypto';
import { LetoError } from '../../base/index.js';
import {
  type Address,
  formatAddress,
  isValidName,
  type NodeId,
  nodeId,
  parseAddress,
} from '../../control/index.js';

/** A cluster whose members are all known from the start. */
export interface StaticCluster {
  /** The id of the cluster, equal on all nodes that were given the same list. */
  readonly clusterId: string;
  /** The address of each member by its id, sorted by id. */
  readonly members: ReadonlyMap<NodeId, Address>;
}

/** How many hexadecimal digits of the SHA-256 digest go into a clusterId. */
const digestChars = 32;
/** A larger cluster is slow to find a majority; goraft has no limit. */
const membersMax = 9;

/**
 * Parses `id,host:port;id,host:port`. The clusterId is a digest of the list, sorted by id and with
 * full addresses. The order and the choice between `:3031` and `127.0.0.1:3031` therefore do not
 * change it, while `localhost:3031` does.
 * @throws {LetoError} LETO_BAD_OPTION
 */
export function parseStaticCluster(text: string): StaticCluster {
  const pairs = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseMember)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const members = new Map(pairs);
  const texts = pairs.map(([id, address]) => `${id},${formatAddress(address)}`);
  if (members.size < pairs.length) throw badCluster('names an id twice');
  if (new Set(texts.map((pair) => pair.split(',')[1])).size < texts.length) {
    throw badCluster('names an address twice');
  }
  if (pairs.length === 0 || pairs.length > membersMax) {
    throw badCluster(`names ${pairs.length} nodes; it must be 1 to ${membersMax}`);
  }
  return { clusterId: `static-${digestOf(texts.join(';'))}`, members };
}

function parseMember(text: string): [NodeId, Address] {
  const [id = '', place = '', ...more] = text.split(',').map((part) => part.trim());
  const address = parseAddress(place);
  if (isValidName(id) && address && more.length === 0) return [nodeId(id), address];
  throw badCluster(`has "${text}"; it must be id,host:port;id,host:port, as in "1,:3031;2,:3032"`);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digestChars);
}

function badCluster(message: string): LetoError {
  return new LetoError('LETO_BAD_OPTION', `--cluster ${message}`);
}
