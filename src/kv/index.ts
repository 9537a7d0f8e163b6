/** The public interface of kv, the replicated state machine: a Redis-like key-value store. */
export {
  type CommandMetadata,
  decodeCommand,
  decodeTime,
  encodeCommand,
  encodeInPieces,
  encodeTime,
} from './codec.js';
export { type Command, type CommandSpec, hasRightArity } from './command.js';
export { CommandParts, CommandSplitter, decodePart, encodePart } from './command-parts.js';
export {
  arrayReply,
  bulkReply,
  errorReply,
  integerReply,
  mapReply,
  nullReply,
  okReply,
  type Reply,
  syntaxErrorReply,
} from './reply.js';
export { type SessionSerial, sessionIdBytesMax } from './sessions.js';
export { StateMachine } from './state-machine.js';
export { StateMachineRestorer } from './state-machine-restorer.js';
export type { StateMachineSnapshot } from './state-machine-snapshot.js';
export type { Store } from './store.js';
export { allCommands, findCommand } from './table.js';
