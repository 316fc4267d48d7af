#!/usr/bin/env bash
# sauvegarder.sh DOSSIER : un fichier par sauvegarde, les trente derniers gardés (KEEP=30).
# Lit DATABASE_OWNER_URL. Gardez SECRET_KEY ailleurs, mais gardez-la : l’une ne va pas sans l’autre.
set -euo pipefail
folder=${1:?"usage : sauvegarder.sh DOSSIER"}
: "${DATABASE_OWNER_URL:?"donnez l’adresse de la base sous le rôle propriétaire"}"
umask 077
mkdir -p "$folder"
file="$folder/coconstruire-$(date -u +%Y%m%dT%H%M%S%3NZ).dump"
# A file that bears its name is whole.
pg_dump --dbname="${DATABASE_OWNER_URL/+psycopg/}" --format=custom --no-comments --file="$file.part"
mv "$file.part" "$file"
find "$folder" -name 'coconstruire-*.dump' | sort | head -n -"${KEEP:-30}" | xargs -r rm --
echo "$file"
