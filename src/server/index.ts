/** The public interface of src/server: the RESP port, the HTTP port, and their commands. */
export { HttpServer } from './http/http-server.js';
export { describeEntry, entriesBetween } from './log-lines.js';
export type { NodeActivity, NodeObserver } from './node-activity.js';
export type { NodeAdminRequest } from './node-context.js';
export { answerRequests } from './node-request.js';
export { RespServer } from './resp-server.js';
