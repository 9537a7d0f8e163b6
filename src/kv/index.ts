/** The only door to the state machine. */
export { decodeCommand, encodeCommand } from './codec.js';
export { type Command, type CommandSpec, hasRightArity, type KeyPositions } from './command.js';
export { Machine } from './machine.js';
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
export { allCommands, findCommand } from './table.js';
