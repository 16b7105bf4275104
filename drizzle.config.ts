import { defineConfig } from 'drizzle-kit';

// One service at a time; drizzle/generate.ts says which.
const service = process.env.SERVICE ?? 'products';

export default defineConfig({
  dialect: 'postgresql',
  schema: `./services/${service}/schema.ts`,
  out: `./${process.env.DRIZZLE_OUT ?? `drizzle/${service}`}`,
});
