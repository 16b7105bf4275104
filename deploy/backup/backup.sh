#!/usr/bin/env bash
# backup.sh <folder>: saves Temporal's databases and then the services' databases into a new folder; see docs/backup.md.
# Needs DATABASE_URL, or <SERVICE>_DATABASE_URL for a service with a database of its own; and TEMPORAL_DATABASE_URL and
# TEMPORAL_VISIBILITY_DATABASE_URL, or TEMPORAL_SQLITE for the development server. The platform may run meanwhile.
# Each database is saved as one consistent snapshot, so services that share a database are consistent with each other.
source "$(dirname "${BASH_SOURCE[0]}")/tools.sh"

folder=${1:?no folder is given; usage: backup.sh <folder>}
[[ -e $folder/manifest ]] && fail "$folder already contains a backup; give a new folder"
umask 077
mkdir -p "$folder"
pg_dump=$(pg_tool pg_dump)

if [[ -n ${TEMPORAL_SQLITE:-} ]]; then
  SOURCE=$TEMPORAL_SQLITE TARGET=$folder/temporal.sqlite node --disable-warning=ExperimentalWarning --input-type=module -e '
    import { backup, DatabaseSync } from "node:sqlite";
    await backup(new DatabaseSync(process.env.SOURCE, { readOnly: true }), process.env.TARGET);'
  echo "temporal.sqlite $(date -u +%FT%TZ)" >>"$folder/parts"
fi

for entry in $(databases); do
  name=${entry%%=*} url=${entry#*=}
  echo "$name.dump $(date -u +%FT%TZ)" >>"$folder/parts"
  "$pg_dump" --format=custom --compress=6 --lock-wait-timeout=30s --file="$folder/$name.dump" --dbname="$url"
done

# The manifest is written last. A folder without it is not a complete backup.
(cd "$folder" && cut -d' ' -f1 parts | xargs sha256sum) >"$folder/manifest.new"
mv "$folder/manifest.new" "$folder/manifest"
echo "saved $(wc -l <"$folder/manifest") part(s), $(du -sh "$folder" | cut -f1), into $folder"
