/**
 * Checks the data of one node on disk and describes it, for `leto -verify`. The checks themselves
 * are in `storage`.
 */

import { LetoError } from '../base/index.js';
import { verifyFolder } from '../storage/index.js';

/**
 * Returns a description of the data of node `id` in `folder`, as lines. Changes nothing.
 * @throws {LetoError} as `verifyFolder` does, and LETO_DATA_FOREIGN for the data of another node
 */
export async function describeData(id: string, folder: string): Promise<string[]> {
  const {
    identity,
    formatVersion,
    meta,
    runCount: runs,
    configuration,
  } = await verifyFolder(folder);
  if (identity.nodeId !== id) {
    const message =
      `${folder} holds data of ${identity.nodeId}, not of ${id}; ` + `choose the -raftdir of ${id}`;
    throw new LetoError('LETO_DATA_FOREIGN', message);
  }
  const { hardState, snapshot, base, lastIndex, writes } = meta;
  const { voters, learners, addresses = {} } = configuration;
  const describe = (member: string) => [member, addresses[member] ?? []].flat().join(' at ');
  return [
    `${id} of cluster ${identity.clusterId}, in ${folder}`,
    `format version ${formatVersion}, ${writes} writes`,
    `term ${hardState.currentTerm}, ${voteText(hardState.votedFor)}`,
    `snapshot at index ${snapshot.lastIncluded.index} of term ${snapshot.lastIncluded.term}, ` +
      `${snapshot.bytes} bytes in ${snapshot.chunkCount} chunks`,
    `${logText(base.index, lastIndex)}, in ${runs} runs`,
    `voters: ${voters.map(describe).join(', ') || 'none'}`,
    ...(learners.length > 0 ? [`learners: ${learners.map(describe).join(', ')}`] : []),
    'ok',
  ];
}

function voteText(votedFor: string | null): string {
  return votedFor === null ? 'no vote' : `voted for ${votedFor}`;
}

function logText(baseIndex: number, lastIndex: number): string {
  return baseIndex === lastIndex ? 'log is empty' : `log from ${baseIndex + 1} to ${lastIndex}`;
}
