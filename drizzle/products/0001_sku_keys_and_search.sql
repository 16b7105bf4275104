-- These functions alone say which texts are the same: for what is stored and for what is asked, in a database of any
-- locale. Rules of Unicode come from ICU. A change of a function needs a new function and column, beside the old ones.

DO $$ BEGIN
	IF NOT EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu') THEN
		RAISE EXCEPTION 'this Postgres was built without ICU, whose rules of Unicode the catalog needs'
			USING HINT = 'Use a Postgres with ICU: the usual packages and images have it.';
	END IF;
END $$;
--> statement-breakpoint
-- What makes a SKU unique: no case, no compatibility forms, no spaces around it, nothing that is not seen.
CREATE FUNCTION "products"."sku_key"(sku text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
	key text COLLATE "und-x-icu" := normalize(sku, NFKC);
BEGIN
	key := regexp_replace(key, '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]', '', 'g');
	key := regexp_replace(key, '^[[:space:]\u2800]+|[[:space:]\u2800]+$', '', 'g');
	RETURN replace(lower(upper(key)), 'ς', 'σ');
END
$$;
--> statement-breakpoint
-- The words of a text: letters and digits, parted by spaces. A hyphen stands between the parts of one word ("t-shirt").
-- "~" parts the letters of scripts that have no spaces.
CREATE FUNCTION "products"."search_words"(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
	folded text COLLATE "und-x-icu" := normalize(value, NFKD);
BEGIN
	-- Accents of Latin, Greek and Cyrillic, points of Hebrew, Arabic and Syriac; then what no one sees, and the three
	-- characters that are used as marks below.
	folded := regexp_replace(folded, '[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u08ca-\u08e1\u08e3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ue000-\ue002]', '', 'g');
	folded := lower(upper(normalize(folded, NFKC)));
	folded := replace(replace(translate(folded, 'ςøłđħŧ', 'σoldht'), 'æ', 'ae'), 'œ', 'oe');
	-- Hyphens, apostrophes and points join the parts of a word, but a decimal point parts numbers.
	folded := regexp_replace(folded, '([0-9])[.](?=[0-9])', '\1 ', 'g');
	folded := translate(regexp_replace(folded, '[-&_.''\u00b4\u02b9-\u02bf\u05f3\u05f4\u2010-\u2015\u2018\u2019\u2032\u2033\u2212]', U&'\E000', 'g'), '+#', U&'\E001\E002');
	folded := regexp_replace(folded, '[[:punct:][:space:][:cntrl:]$<=>^`|~\u00a2-\u00a9\u00ac\u00ae-\u00b4\u00b8\u00d7\u00f7\u02b9-\u02df\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ue003-\uf8ff\ufffc\ufffd\U0001f000-\U0001fbff]+', ' ', 'g');
	folded := translate(folded, U&'\E000\E001\E002', '-+#');
	IF folded ~ '[+#]' THEN
		folded := regexp_replace(folded, '(^|[ -])([^ +#-]{1,2})[+][+](?![^ -])', '\1\2plusplus', 'g');
		folded := regexp_replace(folded, '(^|[ -])([^ +#-]{1,2})[+](?![^ -])', '\1\2plus', 'g');
		folded := regexp_replace(folded, '(^|[ -])([^ +#-]{1,2})#(?![^ -])', '\1\2sharp', 'g');
		folded := translate(folded, '+#', '- ');
	END IF;
	-- Han, kana, Thai, Lao, Khmer and Burmese are written without spaces: each letter with its marks is a word.
	RETURN regexp_replace(folded, '([\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3035\u303b\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U000323af][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108f\u109a-\u109d\u17b6-\u17d3\u17dd\u3099\u309a]*)', '~\1~', 'g');
END
$$;
--> statement-breakpoint
-- The words of a document with their places, and "tshirt" for "t-shirt". A tsvector is written as text, because its own
-- parser depends on the locale of the database. A lexeme has an end, as Postgres refuses very long ones.
CREATE FUNCTION "products"."search_vector"(value text, weight text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
	folded text := "products"."search_words"(value);
	words text[] := array_remove(string_to_array(translate(folded, '-~', '  '), ' '), '');
	joined text[] := array(
		SELECT replace(word, '-', '') FROM unnest(string_to_array(folded, ' ')) AS word WHERE word ~ '^[^~]*[^~-]-[^~-][^~]*$'
	);
BEGIN
	RETURN coalesce((
		SELECT string_agg('''' || left(word, 64) || ''':' || least(place, 16383) || weight, ' ')
		FROM unnest(words || joined) WITH ORDINALITY AS listed (word, place)
	), '')::tsvector;
END
$$;
--> statement-breakpoint
-- Each of the first twelve words must be in the document as the beginning of a word, or all of its parts, or both joined.
-- NULL if the text has no word.
CREATE FUNCTION "products"."search_query"(value text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
	word text;
	part text;
	parts text[];
	words text[] := '{}';
BEGIN
	FOREACH word IN ARRAY string_to_array("products"."search_words"(value), ' ') LOOP
		parts := '{}';
		FOREACH part IN ARRAY string_to_array(word, '-') LOOP
			parts := parts || (
				SELECT '(' || string_agg('''' || left(letter, 64) || '''', ' <-> ') || ':*)'
				FROM unnest(string_to_array(part, '~')) AS letter WHERE letter <> ''
			);
		END LOOP;
		parts := array_remove(parts, NULL);
		CONTINUE WHEN parts = '{}';
		part := '(' || array_to_string(parts, ' & ') || ')';
		IF cardinality(parts) > 1 AND word !~ '~' THEN
			part := '(' || part || ' | ''' || left(replace(word, '-', ''), 64) || ''':*)';
		END IF;
		words := words || part;
	END LOOP;
	RETURN nullif(array_to_string(words[1:12], ' & '), '')::tsquery;
END
$$;
--> statement-breakpoint
-- One rewrite of the table for all columns.
ALTER TABLE "products"."products"
	ADD COLUMN "sku_key" text GENERATED ALWAYS AS (products.sku_key(sku)) STORED,
	ADD COLUMN "sku_twin" smallint DEFAULT 0 NOT NULL,
	ADD COLUMN "search_vector" "tsvector" GENERATED ALWAYS AS (products.search_vector(name || ' ' || sku, 'A') || products.search_vector(category, 'B') || products.search_vector(description, 'C')) STORED;
--> statement-breakpoint
-- Products that are there already may have the same key. They stay as they are: the oldest is the one, the others count on.
UPDATE "products"."products" AS product SET "sku_twin" = numbered."twin"
FROM (
	SELECT "id", row_number() OVER (PARTITION BY "sku_key" ORDER BY "created_at", "id") - 1 AS "twin"
	FROM "products"."products" WHERE "deleted_at" IS NULL
) AS numbered
WHERE product."id" = numbered."id" AND numbered."twin" > 0;
--> statement-breakpoint
CREATE UNIQUE INDEX "products_sku_key_live" ON "products"."products" USING btree ("sku_key","sku_twin") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "products_search_vector" ON "products"."products" USING gin ("search_vector");--> statement-breakpoint
CREATE INDEX "products_by_collated_name" ON "products"."products" USING btree (name collate "und-x-icu","id") WHERE deleted_at is null;
