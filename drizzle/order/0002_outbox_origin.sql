ALTER TABLE "orders"."outbox" ADD COLUMN "request_id" text;--> statement-breakpoint
ALTER TABLE "orders"."outbox" ADD COLUMN "traceparent" text;