export { connectTemporal } from './connection.ts';
export type { Temporal, TemporalOptions } from './connection.ts';
export { createCheckouts } from './checkouts.ts';
export type { CheckoutWorkflows } from './checkouts.ts';
export { readCheckoutSettings } from './config.ts';
export type { CheckoutSettings, WorkflowOrder } from './start-options.ts';
