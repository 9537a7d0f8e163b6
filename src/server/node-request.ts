/** A client's request to the replica, and the delivery of its outcome, common to RESP and HTTP. */

import type { Answer, Outcome, Request } from '../replica/index.js';

/** The source of requests: a RESP connection, or a single HTTP request. */
export interface RequestOrigin {
  /** Called once after each batch of answers that contains answers for this origin. */
  proceed(): void;
}

/** A client's request to this node, over either protocol. */
export interface NodeRequest extends Request {
  readonly origin: RequestOrigin;
  handleOutcome(outcome: Outcome): void;
}

/** Delivers all outcomes of a batch first, and then lets each origin proceed once. */
export function answerRequests(answers: readonly Answer[]): void {
  const origins = new Set<RequestOrigin>();
  for (const { request, outcome } of answers) {
    const { origin } = request as NodeRequest;
    (request as NodeRequest).handleOutcome(outcome);
    origins.add(origin);
  }
  for (const origin of origins) origin.proceed();
}
