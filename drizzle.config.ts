import { defineConfig } from 'drizzle-kit';

/** `npm run db:generate -- <service>` writes the next migration of one service from its schema.ts. */
const service = process.env.SERVICE ?? 'products';

export default defineConfig({
  dialect: 'postgresql',
  schema: `./services/${service}/schema.ts`,
  out: `./drizzle/${service}`,
});
