#!/usr/bin/env bash
# sauvegarder-serveur.sh DOSSIER : le serveur entier, d’où revenir à tout instant qui suit ; les quatre derniers gardés (KEEP=4).
# Sous le compte de PostgreSQL, sur sa machine (PGHOST et PGUSER sinon) ; DOSSIER/wal reçoit ce que donne archiver.sh.
set -euo pipefail
folder=${1:?"usage : sauvegarder-serveur.sh DOSSIER"}
keep=${KEEP:-4}
umask 077
name="serveur-$(date -u +%Y%m%dT%H%M%S%3NZ)"
pg_basebackup --pgdata="$folder/$name.part" --format=tar --gzip --checkpoint=fast --wal-method=none --no-password > /dev/null
mv "$folder/$name.part" "$folder/$name"
find "$folder" -maxdepth 1 -type d -name 'serveur-*Z' | sort | head -n -"$keep" | xargs -r rm -r --
# Each one noted in the archive the segment from which it is read again: what precedes the oldest kept is of no more use.
oldest=$(find "$folder/wal" -name '*.backup' | sort | tail -n "$keep" | head -n 1)
[ -z "$oldest" ] || pg_archivecleanup "$folder/wal" "$(basename "$oldest")"
echo "$folder/$name"
