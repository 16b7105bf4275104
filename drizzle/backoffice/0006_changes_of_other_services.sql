ALTER TABLE "backoffice"."operations" ADD COLUMN "actor_role" text;--> statement-breakpoint
ALTER TABLE "backoffice"."operations" ADD COLUMN "client_network" text;--> statement-breakpoint
ALTER TABLE "backoffice"."operations" ADD COLUMN "user_agent" text;--> statement-breakpoint
ALTER TABLE "backoffice"."operations" ADD COLUMN "request_id" uuid;