CREATE SCHEMA IF NOT EXISTS "orders";
--> statement-breakpoint
CREATE TABLE "orders"."order_items" (
	"order_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"product_id" uuid NOT NULL,
	"name" text NOT NULL,
	"quantity" integer NOT NULL,
	"unit_price_minor" bigint NOT NULL,
	CONSTRAINT "order_items_order_id_position_pk" PRIMARY KEY("order_id","position"),
	CONSTRAINT "order_items_quantity" CHECK (quantity > 0),
	CONSTRAINT "order_items_unit_price" CHECK (unit_price_minor >= 0)
);
--> statement-breakpoint
CREATE TABLE "orders"."order_status_changes" (
	"order_id" uuid NOT NULL,
	"status" text NOT NULL,
	"create_time" timestamp with time zone DEFAULT now() NOT NULL,
	"cause" text NOT NULL,
	CONSTRAINT "order_status_changes_order_id_status_pk" PRIMARY KEY("order_id","status")
);
--> statement-breakpoint
CREATE TABLE "orders"."orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"request_id" uuid NOT NULL,
	"request_fingerprint" text NOT NULL,
	"status" text NOT NULL,
	"total_minor" bigint NOT NULL,
	"currency_code" text NOT NULL,
	"cart_version" bigint NOT NULL,
	"failure_reason" text,
	"failure_message" text,
	"failure_metadata" jsonb,
	"create_time" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"update_time" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"completed_at" timestamp (3) with time zone,
	"started_at" timestamp with time zone,
	"next_start_at" timestamp with time zone NOT NULL,
	"start_attempts" integer DEFAULT 0 NOT NULL,
	"next_refund_at" timestamp with time zone,
	CONSTRAINT "orders_user_request" UNIQUE("user_id","request_id"),
	CONSTRAINT "orders_status" CHECK (status in ('PENDING', 'COMPLETED', 'FAILED', 'CANCELLED')),
	CONSTRAINT "orders_total" CHECK (total_minor >= 0),
	CONSTRAINT "orders_failure" CHECK ((status = 'FAILED') = (failure_reason is not null))
);
--> statement-breakpoint
CREATE TABLE "orders"."outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "orders"."outbox_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"topic" text NOT NULL,
	"source" text NOT NULL,
	"type" text NOT NULL,
	"aggregate_id" text NOT NULL,
	"data" jsonb NOT NULL,
	"occurred_at" timestamp with time zone DEFAULT now() NOT NULL,
	"published_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_error" text,
	"dead" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "orders"."requests" (
	"subject" text NOT NULL,
	"method" text NOT NULL,
	"request_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"answer" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "requests_subject_method_request_id_pk" PRIMARY KEY("subject","method","request_id")
);
--> statement-breakpoint
ALTER TABLE "orders"."order_items" ADD CONSTRAINT "order_items_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "orders"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders"."order_status_changes" ADD CONSTRAINT "order_status_changes_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "orders"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "orders_newest" ON "orders"."orders" USING btree ("user_id","create_time","id");--> statement-breakpoint
CREATE INDEX "orders_unstarted" ON "orders"."orders" USING btree ("create_time") WHERE status = 'PENDING' and started_at is null;--> statement-breakpoint
CREATE INDEX "orders_stalled" ON "orders"."orders" USING btree ("started_at") WHERE status = 'PENDING' and started_at is not null;--> statement-breakpoint
CREATE INDEX "orders_refunds" ON "orders"."orders" USING btree ("next_refund_at") WHERE status = 'COMPLETED' and next_refund_at is not null;--> statement-breakpoint
CREATE INDEX "outbox_unpublished" ON "orders"."outbox" USING btree ("seq") WHERE "orders"."outbox"."published_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_unpublished_aggregate" ON "orders"."outbox" USING btree ("aggregate_id","seq") WHERE "orders"."outbox"."published_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_published" ON "orders"."outbox" USING btree ("published_at") WHERE "orders"."outbox"."published_at" is not null;