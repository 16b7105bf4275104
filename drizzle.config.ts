import { defineConfig } from 'drizzle-kit';

// The configuration of drizzle-kit for one service. drizzle/generate.ts sets SERVICE and runs it once for each service.
const service = process.env.SERVICE ?? 'products';

export default defineConfig({
  dialect: 'postgresql',
  schema: `./services/${service}/schema.ts`,
  out: `./${process.env.DRIZZLE_OUT ?? `drizzle/${service}`}`,
});
