/** Where `npm test` runs Temporal. */
export const temporalAddress = process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233';
