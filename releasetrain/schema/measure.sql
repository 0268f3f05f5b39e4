-- What a forecast must know of one table, as one JSON value: run it in psql with -XAt where the table is fullest.
-- It only reads the catalogue and the settings; sizes and order are as fresh as the last ANALYZE.
WITH target AS (SELECT c.* FROM pg_class c WHERE c.oid = {table}::regclass),
order_of AS (
    SELECT x.indexrelid, x.indisprimary, s.correlation,
           ARRAY(SELECT a.attname FROM unnest(x.indkey) WITH ORDINALITY k(number, place)
                   JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number ORDER BY k.place) AS columns
      FROM target t
      JOIN pg_index x ON x.indrelid = t.oid
      LEFT JOIN pg_attribute f ON f.attrelid = t.oid AND f.attnum = x.indkey[0] AND f.attnum > 0
      LEFT JOIN pg_stats s ON s.schemaname = t.relnamespace::regnamespace::text AND s.tablename = t.relname
                          AND s.attname = f.attname AND NOT s.inherited)
SELECT json_build_object(
    'facts', 1,
    'table', t.oid::regclass::text,
    'kind', t.relkind,
    'rows', t.reltuples::bigint,
    'heap_bytes', pg_relation_size(t.oid),
    'fillfactor', COALESCE((SELECT option_value::int FROM pg_options_to_table(t.reloptions)
                             WHERE option_name = 'fillfactor'), 100),
    'indexes', COALESCE((SELECT json_agg(json_build_object(
                             'name', indexrelid::regclass::text, 'bytes', pg_relation_size(indexrelid),
                             'is_primary', indisprimary, 'correlation', correlation, 'columns', columns)
                             ORDER BY indisprimary DESC, indexrelid)
                           FROM order_of), '[]'),
    'checkpoint_s', (SELECT setting::int FROM pg_settings WHERE name = 'checkpoint_timeout'),
    'max_wal_bytes', pg_size_bytes(current_setting('max_wal_size')),
    'full_page_writes', current_setting('full_page_writes') = 'on',
    'wal_compression', current_setting('wal_compression') <> 'off',
    'oldest_snapshot_s', COALESCE((SELECT extract(epoch FROM max(now() - xact_start))::int FROM pg_stat_activity
                                    WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid()), 0),
    'slots_that_hold_rows', (SELECT count(*) FROM pg_replication_slots WHERE xmin IS NOT NULL))
  FROM target t;
