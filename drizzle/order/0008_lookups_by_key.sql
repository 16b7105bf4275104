-- An operator of a large outbox makes its indexes before the update, with CREATE INDEX CONCURRENTLY: docs/upgrades.md.
CREATE INDEX IF NOT EXISTS "orders_unstarted_due" ON "orders"."orders" USING btree ("next_start_at") WHERE status = 'PENDING' and started_at is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "outbox_waiting" ON "orders"."outbox" USING btree ("seq") WHERE "orders"."outbox"."published_at" is null and not "orders"."outbox"."dead";--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "outbox_dead" ON "orders"."outbox" USING btree ("seq") WHERE "orders"."outbox"."dead";--> statement-breakpoint
DROP INDEX "orders"."outbox_unpublished";
