ALTER TABLE "orders"."orders" ADD COLUMN "origin_request_id" text;--> statement-breakpoint
ALTER TABLE "orders"."orders" ADD COLUMN "origin_traceparent" text;--> statement-breakpoint
ALTER TABLE "orders"."orders" ADD COLUMN "refund_request_id" text;--> statement-breakpoint
ALTER TABLE "orders"."orders" ADD COLUMN "refund_traceparent" text;