#!/usr/bin/env bash
# restaurer.sh FICHIER : dans la base vide que nomme DATABASE_OWNER_URL, en entier ou pas du tout.
# Puis « flask --app app.factory db upgrade », qui rend à l’application ses droits.
set -euo pipefail
file=${1:?"usage : restaurer.sh FICHIER"}
: "${DATABASE_OWNER_URL:?"donnez l’adresse d’une base vide, sous le rôle propriétaire"}"
listed=$(mktemp)
trap 'rm -f "$listed"' EXIT
# The schema is there, with its extensions, since the base was created as operations.md says.
pg_restore --list "$file" | grep -v ' SCHEMA - public ' > "$listed"
pg_restore --dbname="${DATABASE_OWNER_URL/+psycopg/}" --use-list="$listed" \
    --no-owner --no-privileges --exit-on-error --single-transaction "$file"
