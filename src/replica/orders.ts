import type { Order, OrderOutcome } from '../raft/index.js';

/** Somebody who waits for an order to be done; the answer names the same object. */
export interface OrderRequest {
  readonly order: Order;
}

export interface OrderAnswer {
  readonly request: OrderRequest;
  readonly outcome: OrderOutcome;
}
