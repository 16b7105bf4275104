/** The header with the request's id, in both directions and between services. */
export const requestIdHeader = 'x-request-id';
