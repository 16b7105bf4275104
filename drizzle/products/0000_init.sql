CREATE SCHEMA IF NOT EXISTS "products";
--> statement-breakpoint
-- Converts a text for the search: removes accents (compatibility decomposition without combining marks) and replaces
-- ASCII punctuation with spaces. So "cafe" finds "Café-au-lait", and each part of a SKU finds the SKU.
CREATE FUNCTION "products"."search_text"(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(
	regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]', '', 'g'),
	'!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
	repeat(' ', 32)
);
--> statement-breakpoint
CREATE TABLE "products"."products" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sku" text NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"category" text DEFAULT '' NOT NULL,
	"price_minor" bigint NOT NULL,
	"currency_code" text NOT NULL,
	"on_hand" integer DEFAULT 0 NOT NULL,
	"reserved" integer DEFAULT 0 NOT NULL,
	"image_url" text DEFAULT '' NOT NULL,
	"attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	"search" "tsvector" GENERATED ALWAYS AS (setweight(to_tsvector('simple'::regconfig, products.search_text(name || ' ' || sku)), 'A') || setweight(to_tsvector('simple'::regconfig, products.search_text(category)), 'B') || setweight(to_tsvector('simple'::regconfig, products.search_text(description)), 'C')) STORED,
	CONSTRAINT "products_stock_sound" CHECK (0 <= "products"."products"."reserved" and "products"."products"."reserved" <= "products"."products"."on_hand"),
	CONSTRAINT "products_price_positive" CHECK ("products"."products"."price_minor" > 0)
);
--> statement-breakpoint
CREATE TABLE "products"."requests" (
	"subject" text NOT NULL,
	"method" text NOT NULL,
	"request_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"answer" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "requests_subject_method_request_id_pk" PRIMARY KEY("subject","method","request_id")
);
--> statement-breakpoint
CREATE TABLE "products"."reservation_lines" (
	"order_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "reservation_lines_order_id_product_id_pk" PRIMARY KEY("order_id","product_id"),
	CONSTRAINT "reservation_lines_quantity" CHECK ("products"."reservation_lines"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "products"."reservations" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"retaken" boolean DEFAULT false NOT NULL,
	"refusal" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"restocked_at" timestamp (3) with time zone,
	CONSTRAINT "reservations_state" CHECK ("products"."reservations"."state" in ('ACTIVE', 'COMMITTED', 'RELEASED', 'EXPIRED'))
);
--> statement-breakpoint
CREATE TABLE "products"."stock_movements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "products"."stock_movements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"product_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"delta" integer NOT NULL,
	"order_id" uuid,
	"request_id" uuid,
	"note" text DEFAULT '' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stock_movements_kind" CHECK ("products"."stock_movements"."kind" in ('opening', 'adjust', 'commit', 'restock'))
);
--> statement-breakpoint
ALTER TABLE "products"."reservation_lines" ADD CONSTRAINT "reservation_lines_order_id_reservations_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "products"."reservations"("order_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products"."reservation_lines" ADD CONSTRAINT "reservation_lines_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "products"."products"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products"."stock_movements" ADD CONSTRAINT "stock_movements_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "products"."products"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "products_sku_live" ON "products"."products" USING btree ("sku") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "products_search" ON "products"."products" USING gin ("search");--> statement-breakpoint
CREATE INDEX "products_by_time" ON "products"."products" USING btree ("created_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "products_by_category" ON "products"."products" USING btree ("category","created_at","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "products_by_price" ON "products"."products" USING btree ("price_minor","id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "products_by_name" ON "products"."products" USING btree (lower(name),"id") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "reservations_to_expire" ON "products"."reservations" USING btree ("expires_at") WHERE state = 'ACTIVE';--> statement-breakpoint
CREATE UNIQUE INDEX "stock_movements_once" ON "products"."stock_movements" USING btree ("order_id","product_id","kind") WHERE order_id is not null;
--> statement-breakpoint
-- Reservations often update the counters of a product. Free space in each page lets Postgres write the new row version
-- into the same page, without an update of the indexes.
ALTER TABLE "products"."products" SET (fillfactor = 80);--> statement-breakpoint
ALTER TABLE "products"."reservations" SET (fillfactor = 90);
