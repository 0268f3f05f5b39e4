"""Upkeep and settings: VACUUM, CLUSTER, LOCK, REFRESH, SET, GRANT, transactions."""

from collections.abc import Iterator

from releasetrain.domain.sql.case import Case
from releasetrain.domain.sql.known import kind_of, renamed
from releasetrain.domain.sql.parsing import Node, Statement, qualified, relation, strings
from releasetrain.domain.sql.words import TRANSACTION

_BEGINS = ("BEGIN", "START")
_ENDS = ("COMMIT", "ROLLBACK", "PREPARE", "COMMIT_PREPARED", "ROLLBACK_PREPARED")
NAMED_OBJECTS = 1  # GrantTargetType: not all of a schema, nor defaults
WEAK_LOCKS = 4  # ACCESS SHARE to SHARE UPDATE EXCLUSIVE: neither readers nor writers wait for these
REPLICA = ("replica",)
RESET_ALL = 6  # VariableSetKind


def transaction(case: Case, statement: Statement) -> None:
    """Follow where transactions begin and end."""
    kind = TRANSACTION[statement.node.kind]
    if kind in _BEGINS:
        case.begins()
    elif kind in _ENDS:
        case.ends()


def vacuum(case: Case, statement: Statement) -> None:
    """Judge VACUUM: FULL writes the table anew under a lock; none runs in a transaction."""
    node = statement.node
    options = {one.def_elem.defname for one in node.options}
    names = ", ".join(relation(one.vacuum_relation.relation) for one in node.rels) or "all"
    if "full" in options:
        case.find_slow("rewrites-under-lock", names, None, what="VACUUM FULL")
    elif node.is_vacuumcmd and case.is_one_transaction:
        case.find("concurrently-in-transaction", None, name=f"VACUUM {names}")


def cluster(case: Case, statement: Statement) -> None:
    """Judge CLUSTER."""
    table = relation(statement.node.relation)
    case.find_slow("rewrites-under-lock", table, statement.node.relation, what="CLUSTER")


def lock(case: Case, statement: Statement) -> None:
    """Judge LOCK TABLE: from SHARE on running code waits."""
    if statement.node.mode > WEAK_LOCKS:
        for one in statement.node.relations:
            if not case.known.is_fresh(relation(one.range_var)):
                case.find("locks-table", one.range_var, table=relation(one.range_var), mode="LOCK TABLE")


def refresh(case: Case, statement: Statement) -> None:
    """Judge REFRESH MATERIALIZED VIEW."""
    name = relation(statement.node.relation)
    if not statement.node.concurrent and not statement.node.skip_data and ("view", name) not in case.known.fresh:
        case.find("refresh-blocks-readers", statement.node.relation, name=name)


def setting(case: Case, statement: Statement) -> None:
    """Follow SET; one setting turns every trigger off."""
    node = statement.node
    values = {_value(one) for one in node.args}
    if node.name == "lock_timeout" or node.kind == RESET_ALL:
        case.has_lock_timeout = any(value.strip("0ms ") for value in values)
    if node.name == "session_replication_role" and values & set(REPLICA):
        case.find("disables-trigger", None, table="", name="session_replication_role")


def _value(node: Node) -> str:
    """A setting's value as text; whatever is no string is a number."""
    constant = node.a_const
    return str(constant.sval.sval if constant.HasField("sval") else constant.fval.fval or constant.ival.ival)


def for_everybody(case: Case, statement: Statement) -> None:
    """Judge a setting that outlives the session."""
    case.find("setting-for-everybody", None, name=statement.kind.removesuffix("_stmt").replace("_", " "))


def grant(case: Case, statement: Statement) -> None:
    """Judge REVOKE: old code may need what is taken away, unless it cannot know the object yet; GRANT adds."""
    node = statement.node
    names = list(_revoked(node))
    kind = kind_of(node.objtype)
    if not node.is_grant and not (names and all(case.known.is_new(kind, name) for name in names)):
        case.find("changes-rights", None, name="REVOKE")


def _revoked(node: Node) -> Iterator[str]:
    """The names of the objects, empty where they are all of a schema."""
    for one in node.objects:
        kind = one.WhichOneof("node")
        if node.targtype != NAMED_OBJECTS or kind not in ("range_var", "object_with_args", "string"):
            yield ""
        elif kind == "range_var":
            yield relation(one.range_var)
        else:
            yield qualified(strings(one.object_with_args.objname)) or one.string.sval


def owner(case: Case, statement: Statement) -> None:
    """Judge ALTER ... OWNER of what is there."""
    node = statement.node
    name = renamed(node)
    if not case.known.is_new(kind_of(node.object_type), name):
        case.find("changes-rights", None, name=name or "OWNER TO")


def nothing(case: Case, statement: Statement) -> None:
    """Pass: it changes nothing that running code feels."""


SAFE = """
    comment_stmt create_enum_stmt composite_type_stmt create_range_stmt create_domain_stmt define_stmt
    create_schema_stmt create_seq_stmt alter_seq_stmt create_extension_stmt alter_extension_stmt
    alter_extension_contents_stmt create_role_stmt create_stats_stmt alter_stats_stmt variable_show_stmt
    prepare_stmt deallocate_stmt declare_cursor_stmt close_portal_stmt fetch_stmt listen_stmt unlisten_stmt
    notify_stmt discard_stmt constraints_set_stmt create_cast_stmt create_op_class_stmt create_op_family_stmt
    create_conversion_stmt create_policy_stmt create_publication_stmt alter_publication_stmt create_fdw_stmt
    create_foreign_server_stmt create_user_mapping_stmt create_foreign_table_stmt import_foreign_schema_stmt
    create_plang_stmt createdb_stmt create_table_space_stmt create_subscription_stmt sec_label_stmt
    alter_default_privileges_stmt grant_role_stmt create_am_stmt create_transform_stmt alter_tsdictionary_stmt
    alter_tsconfiguration_stmt alter_object_depends_stmt alter_op_family_stmt alter_operator_stmt
    alter_collation_stmt check_point_stmt
""".split()  # noqa: SIM905
JUDGES = {
    "transaction_stmt": transaction,
    "vacuum_stmt": vacuum,
    "cluster_stmt": cluster,
    "repack_stmt": cluster,
    "lock_stmt": lock,
    "refresh_mat_view_stmt": refresh,
    "variable_set_stmt": setting,
    "alter_system_stmt": for_everybody,
    "alter_database_set_stmt": for_everybody,
    "alter_database_stmt": for_everybody,
    "alter_role_set_stmt": for_everybody,
    "alter_role_stmt": for_everybody,
    "grant_stmt": grant,
    "alter_owner_stmt": owner,
    "reassign_owned_stmt": for_everybody,
    **dict.fromkeys(SAFE, nothing),
}
