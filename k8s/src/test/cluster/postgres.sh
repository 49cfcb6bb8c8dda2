# As the image of PostgreSQL does it: create what is missing, then serve.
set -eu
bin=/devstack/postgres/bin
roles=/docker-entrypoint-initdb.d/roles.sql
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  echo "$POSTGRES_PASSWORD" > /tmp/superuser
  "$bin/initdb" -D "$PGDATA" --username=postgres --pwfile=/tmp/superuser --auth=scram-sha-256 --encoding=UTF8 --locale=C
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  sed '/^\\connect/,$d' "$roles" | "$bin/postgres" --single -D "$PGDATA" postgres
  sed -n 's/^\\connect //p' "$roles" | while read -r database; do
    sed '1,/^\\connect/d' "$roles" | "$bin/postgres" --single -D "$PGDATA" "$database"
  done
fi
exec "$bin/postgres" -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories= -c max_connections=200 -c jit=off
