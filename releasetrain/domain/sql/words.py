"""The grammar's numbers as words: sub-commands of ALTER TABLE, kinds of constraints and objects; lists of functions."""

from typing import Any

import postgast

pb: Any = postgast.pg_query_pb2

ALTER = {number: name.removeprefix("AT_") for name, number in pb.AlterTableType.items()}
CONSTRAINT = {number: name.removeprefix("CONSTR_") for name, number in pb.ConstrType.items()}
OBJECT = {number: name.removeprefix("OBJECT_") for name, number in pb.ObjectType.items()}
TRANSACTION = {number: name.removeprefix("TRANS_STMT_") for name, number in pb.TransactionStmtKind.items()}
CASCADE = pb.DROP_CASCADE
BETWEEN = (pb.AEXPR_BETWEEN, pb.AEXPR_BETWEEN_SYM)

# Functions that give one value for the whole statement (immutable or stable): a default of one is kept beside.
STEADY = frozenset(
    """
    now current_timestamp transaction_timestamp statement_timestamp timezone to_timestamp date_trunc date_part
    make_interval make_date make_timestamp make_timestamptz age lower upper md5 length char_length concat
    coalesce nullif greatest least substring substr replace trim btrim ltrim rtrim left right repeat format
    encode decode digest array_length array_append array_prepend array_cat cardinality array_to_string
    string_to_array to_char to_number to_date to_json to_jsonb json_build_object jsonb_build_object
    json_build_array jsonb_build_array row_to_json array_to_json jsonb_set jsonb_strip_nulls jsonb_typeof
    json_typeof jsonb_array_length json_array_length jsonb_extract_path jsonb_extract_path_text regexp_replace
    regexp_match split_part position strpos initcap reverse ascii chr lpad rpad translate quote_ident
    quote_literal quote_nullable abs ceil ceiling floor round trunc sign mod power sqrt exp ln log pi div
    current_setting current_user session_user user current_schema current_database version hashtext
    hashtextextended to_tsvector to_tsquery plainto_tsquery setweight int4range int8range tsrange tstzrange
    daterange numrange overlay num_nulls num_nonnulls host network family masklen inet_same_family pg_typeof
    tableoid bit_length octet_length sha256 sha224 sha384 sha512 st_makepoint st_setsrid st_point normalize
    unistr
    """.split()  # noqa: SIM905
)

# Volatile ones that everybody knows, named in the reason.
VOLATILE = frozenset(
    [
        "random",
        "gen_random_uuid",
        "uuid_generate_v4",
        "uuid_generate_v1",
        "uuidv4",
        "uuidv7",
        "clock_timestamp",
        "timeofday",
        "nextval",
        "gen_random_bytes",
        "random_normal",
        "txid_current",
        "pg_current_xact_id",
    ]
)

# What a plain SELECT may call without doing anything to the data that others use.
HARMLESS = STEADY | frozenset(
    """
    count sum avg min max array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and
    bool_or every row_number rank dense_rank ntile lag lead first_value last_value generate_series
    generate_subscripts unnest jsonb_array_elements json_array_elements jsonb_array_elements_text jsonb_each
    jsonb_each_text json_each jsonb_object_keys json_object_keys regexp_matches regexp_split_to_table
    regexp_split_to_array string_to_table setval nextval currval lastval set_config pg_sleep pg_notify
    pg_advisory_lock pg_advisory_unlock pg_advisory_xact_lock pg_try_advisory_lock pg_get_serial_sequence
    pg_get_constraintdef pg_get_indexdef pg_get_viewdef pg_get_functiondef pg_get_expr pg_relation_size
    pg_total_relation_size pg_table_size pg_size_pretty pg_database_size to_regclass to_regtype to_regproc
    to_regnamespace to_regrole obj_description col_description has_table_privilege has_schema_privilege
    has_database_privilege format_type pg_table_is_visible crypt gen_salt uuid_generate_v5 uuid_generate_v3
    uuid_nil uuid_ns_dns uuid_ns_url st_geomfromtext pg_column_size pg_backend_pid pg_is_in_recovery xmlforest
    exists random gen_random_uuid uuid_generate_v4 clock_timestamp row any_value mode percentile_cont
    percentile_disc stddev variance corr grouping
    """.split()  # noqa: SIM905
)
