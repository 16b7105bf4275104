/** Every workflow of the system: what the worker bundles. The names are those of the contracts. */
export { checkout } from './checkout.ts';
export { refund } from './refund.ts';
export { audit } from './audit.ts';
