/** Every workflow of the system: what the worker bundles. The names are those of `contract.ts`. */
export { checkout } from './checkout.ts';
export { refund } from './refund.ts';
