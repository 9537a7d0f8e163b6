/** The only door to the state machine. */
export { decodeCommand, decodeTime, type Envelope, encodeCommand, encodeTime } from './codec.js';
export { type Command, type CommandSpec, hasRightArity } from './command.js';
export { Machine } from './machine.js';
export { MachineRestorer } from './machine-restorer.js';
export type { MachineSnapshot } from './machine-snapshot.js';
export {
  array,
  bulk,
  error,
  integer,
  map,
  nullReply,
  okReply,
  type Reply,
  syntaxErrorReply,
} from './reply.js';
export { type SessionSerial, sessionIdBytesMax } from './sessions.js';
export type { Store } from './store.js';
export { allCommands, findCommand } from './table.js';
