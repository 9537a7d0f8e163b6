/** The public interface of replica, which composes Raft and the state machine. */

export type { AdminAnswer, AdminRequest } from './admin-request.js';
export type { Effects } from './effects.js';
export type { Input } from './input.js';
export { Replica } from './replica.js';
export type { ReplicaOptions } from './replica-options.js';
export type { Answer, Outcome, Request, RequestClient } from './request.js';
