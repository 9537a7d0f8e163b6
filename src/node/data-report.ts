import { LetoError } from '../base/index.js';
import { verifyFolder } from '../storage/index.js';

/**
 * What the data of the node `id` in `folder` are, line by line; nothing is changed.
 * @throws {LetoError} as `verifyFolder` does, and LETO_DATA_FOREIGN for those of another node
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
    const message = `${folder} is data of ${identity.nodeId}, not of ${id}; give its own -raftdir`;
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
  return votedFor === null ? 'no vote' : `vote for ${votedFor}`;
}

function logText(baseIndex: number, lastIndex: number): string {
  return baseIndex === lastIndex
    ? 'log without entries'
    : `log from ${baseIndex + 1} to ${lastIndex}`;
}
