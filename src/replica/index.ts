/** The public interface of replica, which composes Raft and the state machine. */

export type { AdminAnswer, AdminRequest } from './admin-request.js';
export type { Effects } from './effects.js';
export { type Input, Replica, type ReplicaOptions } from './replica.js';
export type { Answer, Outcome, Request, RequestClient } from './request.js';
