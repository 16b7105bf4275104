/** The domain of every `google.rpc.ErrorInfo` that this project sends. */
export const errorDomain = 'ecommerce';
