import type { Answer, Client, Outcome, Request } from '../replica/index.js';

/** A client of this node, over whatever protocol. */
export interface NodeClient extends Client {
  /** Goes on: all of its requests that a batch of answers is for know their outcomes. */
  proceed(): void;
}

/** A request of such a client; whoever made it gives it its answer. */
export interface NodeRequest extends Request {
  readonly client: NodeClient;
  answered(outcome: Outcome): void;
}

/** Of a batch all requests are answered first, and then each client goes on once. */
export function answerRequests(answers: readonly Answer[]): void {
  const clients = new Set<NodeClient>();
  for (const { request, outcome } of answers) {
    const { client } = request as NodeRequest;
    (request as NodeRequest).answered(outcome);
    clients.add(client);
  }
  for (const client of clients) client.proceed();
}
