CREATE TABLE "sso"."role_changes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"roles" text[] NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "users_admins" ON "sso"."users" USING btree ("id") WHERE 'admin' = any(roles);