CREATE SCHEMA IF NOT EXISTS "cart";
--> statement-breakpoint
CREATE TABLE "cart"."cart_items" (
	"user_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"name" text NOT NULL,
	"unit_price_minor" bigint NOT NULL,
	"currency_code" text NOT NULL,
	"position" bigint NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cart_items_user_id_product_id_pk" PRIMARY KEY("user_id","product_id"),
	CONSTRAINT "cart_items_quantity" CHECK ("cart"."cart_items"."quantity" between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "cart"."carts" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cart"."claim_lines" (
	"order_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "claim_lines_order_id_product_id_pk" PRIMARY KEY("order_id","product_id"),
	CONSTRAINT "claim_lines_quantity" CHECK ("cart"."claim_lines"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "cart"."claims" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"user_id" uuid,
	"cart_version" bigint,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "claims_state" CHECK ("cart"."claims"."state" in ('CLAIMED', 'CONSUMED', 'RELEASED')),
	CONSTRAINT "claims_ended" CHECK (("cart"."claims"."state" = 'CLAIMED') = ("cart"."claims"."ended_at" is null)),
	CONSTRAINT "claims_complete_while_live" CHECK ("cart"."claims"."state" <> 'CLAIMED' or num_nulls("cart"."claims"."user_id", "cart"."claims"."cart_version", "cart"."claims"."expires_at") = 0)
);
--> statement-breakpoint
CREATE TABLE "cart"."inbox" (
	"consumer" text NOT NULL,
	"event_id" uuid NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbox_consumer_event_id_pk" PRIMARY KEY("consumer","event_id")
);
--> statement-breakpoint
ALTER TABLE "cart"."cart_items" ADD CONSTRAINT "cart_items_user_id_carts_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "cart"."carts"("user_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cart"."claim_lines" ADD CONSTRAINT "claim_lines_order_id_claims_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "cart"."claims"("order_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "claims_one_live_per_user" ON "cart"."claims" USING btree ("user_id") WHERE state = 'CLAIMED';--> statement-breakpoint
CREATE INDEX "claims_live_by_expiry" ON "cart"."claims" USING btree ("expires_at") WHERE state = 'CLAIMED';--> statement-breakpoint
CREATE INDEX "inbox_received" ON "cart"."inbox" USING btree ("received_at");