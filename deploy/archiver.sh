#!/usr/bin/env bash
# archiver.sh CHEMIN NOM DOSSIER : l’archive_command de PostgreSQL, qui lui confie chaque journal de transactions plein.
# Ne rend 0 qu’une fois le fichier sur le disque ; n’en remplace jamais un autre.
set -euo pipefail
source=${1:?"usage : archiver.sh CHEMIN NOM DOSSIER"} name=${2:?} folder=${3:?}
if [ -e "$folder/$name" ]; then
    # A crash after the copy: PostgreSQL asks again for what is there.
    exec cmp --silent "$source" "$folder/$name"
fi
umask 077
cp -- "$source" "$folder/$name.part"
sync "$folder/$name.part"
mv -- "$folder/$name.part" "$folder/$name"
sync "$folder"
