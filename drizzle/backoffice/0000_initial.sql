CREATE SCHEMA IF NOT EXISTS "backoffice";
--> statement-breakpoint
CREATE TABLE "backoffice"."backoffices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "backoffice"."backoffices_sequence" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"text" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "backoffice"."requests" (
	"subject" text NOT NULL,
	"method" text NOT NULL,
	"request_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"answer" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "requests_subject_method_request_id_pk" PRIMARY KEY("subject","method","request_id")
);
--> statement-breakpoint
CREATE INDEX "backoffices_of_user" ON "backoffice"."backoffices" USING btree ("user_id","sequence");