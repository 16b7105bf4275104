import type { FormerNames } from '../platform/config/former-names.ts';
import { productsFormerNames } from '../services/products/config.ts';
import { ssoFormerNames } from '../services/sso/config.ts';

/** The former names of all renamed settings. They are still read, with a warning. */
export const formerNames: FormerNames = { ...ssoFormerNames, ...productsFormerNames };
