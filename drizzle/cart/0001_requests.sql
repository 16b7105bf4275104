CREATE TABLE "cart"."requests" (
	"subject" text NOT NULL,
	"method" text NOT NULL,
	"request_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"answer" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "requests_subject_method_request_id_pk" PRIMARY KEY("subject","method","request_id")
);
