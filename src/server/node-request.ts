import type { Answer, Outcome, Request } from '../replica/index.js';

/** Where requests come from: a RESP connection, or one HTTP request. */
export interface RequestOrigin {
  /** Called once after each batch of answers, when all its requests know their outcomes. */
  proceed(): void;
}

/** A request of a client of this node, over whatever protocol. */
export interface NodeRequest extends Request {
  readonly origin: RequestOrigin;
  handleOutcome(outcome: Outcome): void;
}

/** Tells all requests of a batch their outcomes first, then lets each origin proceed once. */
export function answerRequests(answers: readonly Answer[]): void {
  const origins = new Set<RequestOrigin>();
  for (const { request, outcome } of answers) {
    const { origin } = request as NodeRequest;
    (request as NodeRequest).handleOutcome(outcome);
    origins.add(origin);
  }
  for (const origin of origins) origin.proceed();
}
