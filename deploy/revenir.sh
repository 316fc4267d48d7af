#!/usr/bin/env bash
# revenir.sh SAUVEGARDE ARCHIVES DONNÉES INSTANT : remplit le dossier vide DONNÉES, que PostgreSQL ramènera à INSTANT en démarrant.
# SAUVEGARDE est ce qu’a dit sauvegarder-serveur.sh, ARCHIVES le dossier wal, INSTANT comme « 2027-03-31 21:04:00+02 ».
set -euo pipefail
saved=${1:?"usage : revenir.sh SAUVEGARDE ARCHIVES DONNÉES INSTANT"} archives=${2:?} data=${3:?} instant=${4:?}
mkdir -p -m 700 "$data"
[ -z "$(ls -A "$data")" ] || { echo "$data n’est pas vide : rien n’est touché." >&2; exit 1; }
tar -xzf "$saved/base.tar.gz" -C "$data"
cat >> "$data/postgresql.auto.conf" <<CONF
restore_command = 'cp "$archives/%f" "%p"'
recovery_target_time = '$instant'
recovery_target_action = 'promote'
archive_mode = 'off'
CONF
touch "$data/recovery.signal"
