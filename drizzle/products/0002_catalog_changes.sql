CREATE TABLE "products"."catalog_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_id" uuid NOT NULL,
	"client_network" text NOT NULL,
	"user_agent" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"detail" text DEFAULT '' NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"request_id" uuid,
	"created" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"import_entry_id" uuid,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"taken_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "catalog_changes_waiting" ON "products"."catalog_changes" USING btree ("due_at") WHERE taken_at is null;
--> statement-breakpoint
-- The audit trail takes its entries from here, so nobody removes one or changes who, what and why. An import's counts grow
-- until the trail has them.
CREATE FUNCTION "products"."keep_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
    AND (to_jsonb(NEW) - '{created,updated,due_at,taken_at}'::text[])
      = (to_jsonb(OLD) - '{created,updated,due_at,taken_at}'::text[])
    AND (OLD."taken_at" IS NULL OR (NEW."created", NEW."updated") = (OLD."created", OLD."updated"))
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'changes of the catalog are kept for the audit trail' USING ERRCODE = 'restrict_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "catalog_changes_kept" BEFORE UPDATE OR DELETE ON "products"."catalog_changes"
  FOR EACH ROW EXECUTE FUNCTION "products"."keep_change"();
