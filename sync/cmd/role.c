/* `role`: what the server's other roles may do with an ecosystem's rows. The rules themselves, and
 * the row-level security that keeps ecosystems apart, are the server's
 * (assets/sql/postgres-roles.sql): this is only their door. A file has no roles; who can open it
 * can read it all. */
#include <string.h>

#include <jansson.h>

#include "sync/central/audit.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "turnout/log.h"

struct choice {
    const char *central;
    const char *may;
    bool is_json;
    struct tn_actor actor;
};

static enum tn_exit open_server(const struct choice *c, struct tn_centre *centre)
{
    if (c->central != NULL && tn_db_uri_is_known(c->central) && tn_db_uri_is_file(c->central)) {
        return tn_usage_error(&tn_cmd_role, "--central postgresql://... is expected: a file has no "
                                            "roles, whoever can open it may read it all");
    }
    return tn_common_open(&tn_cmd_role, c->central, centre);
}

/* The owner would lose what is his by either; whom the server's guard does not hold back, a
 * superuser or a member of the owner, a grant would promise too much of. */
static enum tn_status judge_role(const char *role, const char *may, bool is_owner, bool is_unheld)
{
    if (is_owner) {
        tn_log(TN_LOG_ERROR, "%s owns the database and may do all there is; name a role of its own",
               role);
        return TN_ERR_STATE;
    }
    if (is_unheld && may != NULL) {
        tn_log(TN_LOG_ERROR,
               "%s is a superuser, passes by row-level security or is a member of the owner: the "
               "server would hold it back from nothing; make a plain role (CREATE ROLE ... LOGIN)",
               role);
        return TN_ERR_STATE;
    }
    return TN_OK;
}

static enum tn_status check_role(struct tn_centre *centre, const char *role, const char *may)
{
    static const char sql[] =
        "SELECT CASE WHEN r.rolname = t.tableowner THEN 1 ELSE 0 END, CASE WHEN r.rolsuper OR"
        " r.rolbypassrls OR pg_has_role(r.rolname, t.tableowner, 'MEMBER') THEN 1 ELSE 0 END FROM"
        " pg_roles r, pg_tables t WHERE r.rolname = $1 AND t.schemaname = current_schema() AND"
        " t.tablename = 'ecosystem_role'";
    struct tn_stmt *stmt = NULL;
    bool is_there = false;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 1, role);
    status = tn_step(stmt, &is_there);
    if (status == TN_OK && is_there) {
        status = judge_role(role, may, tn_col_int(stmt, 0) != 0, tn_col_int(stmt, 1) != 0);
    } else if (status == TN_OK && may != NULL) {
        tn_log(TN_LOG_ERROR,
               "the server has no role %s; make it there first (CREATE ROLE %s LOGIN)", role, role);
        status = TN_ERR_NOT_FOUND;
    } else if (status == TN_OK) {
        tn_log(TN_LOG_ERROR,
               "the server has no role %s; `turnout-sync role list` has those that "
               "were granted something",
               role);
        status = TN_ERR_NOT_FOUND;
    }
    tn_reset(stmt);
    return status;
}

/* may NULL: nothing any more. */
static enum tn_status set_role(struct tn_centre *centre, const char *role, const char *may)
{
    static const char sql[] = "SELECT turnout_grant($1, $2, $3)";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = check_role(centre, role, may);
    if (status == TN_OK) {
        status = tn_db_begin(centre->db);
    }
    if (status != TN_OK) {
        return status;
    }
    status = tn_centre_prepare(centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_text(stmt, 2, role);
        tn_bind_text(stmt, 3, may);
        status = tn_step(stmt, &has_row);
        tn_reset(stmt);
    }
    if (status == TN_OK) {
        char object[TN_AUDIT_OBJECT_MAX + 1];
        (void)snprintf(object, sizeof object, "%s%s%s", role, may == NULL ? "" : ": ",
                       may == NULL ? "" : may);
        status =
            tn_audit_note(centre, tn_now_ms(), may == NULL ? "role_revoke" : "role_grant", object);
    }
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

static enum tn_exit change(const struct choice *c, const char *role, const char *may)
{
    struct tn_centre centre;
    enum tn_exit code = open_server(c, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    centre.actor = c->actor;
    enum tn_status status = set_role(&centre, role, may);
    tn_centre_close(&centre);
    if (status == TN_OK && c->is_json) {
        tn_common_json(json_pack("{s:s, s:s?}", "role", role, "may", may));
    } else if (status == TN_OK && may != NULL) {
        printf("%s may %s now, and nothing else.\n", role, may);
    } else if (status == TN_OK) {
        printf("%s may do nothing here any more.\n", role);
    }
    return tn_exit_of(status);
}

static enum tn_exit run_grant(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    if (argc != 3 || c->may == NULL ||
        (strcmp(c->may, "report") != 0 && strcmp(c->may, "ingest") != 0)) {
        return tn_usage_error(&tn_cmd_role,
                              "`role grant` takes one role's name, and --as report or "
                              "ingest");
    }
    return change(c, argv[2], c->may);
}

static enum tn_exit run_revoke(const void *choice, int argc, char **argv)
{
    if (argc != 3) {
        return tn_usage_error(&tn_cmd_role, "`role revoke` takes one role's name");
    }
    return change(choice, argv[2], NULL);
}

static json_t *make_row(struct tn_stmt *stmt)
{
    return json_pack("{s:s, s:s}", "role", tn_col_text(stmt, 0), "may", tn_col_text(stmt, 1));
}

static enum tn_exit run_list(const void *choice, int argc, char **argv)
{
    static const char sql[] =
        "SELECT role, may FROM ecosystem_role WHERE ecosystem = $1 ORDER BY role";
    const struct choice *c = choice;
    struct tn_centre centre;
    (void)argv;
    if (argc != 2) {
        return tn_usage_error(&tn_cmd_role, "`role list` takes options only");
    }
    enum tn_exit code = open_server(c, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    json_t *rows = json_array();
    enum tn_status status = tn_common_rows(&centre, sql, make_row, rows);
    tn_centre_close(&centre);
    size_t i;
    json_t *row;
    if (status == TN_OK && c->is_json) {
        tn_common_json(
            json_pack("{s:I, s:O}", "roles", (json_int_t)json_array_size(rows), "role_list", rows));
    } else if (status == TN_OK) {
        json_array_foreach(rows, i, row)
        {
            tn_common_pad(json_string_value(json_object_get(row, "role")), 32);
            printf("%s\n", json_string_value(json_object_get(row, "may")));
        }
        printf("%s", json_array_size(rows) == 0
                         ? "No role but the owner has been granted anything.\n"
                         : "");
    }
    json_decref(rows);
    return tn_exit_of(status);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    static const struct tn_verb verbs[] = {
        {"grant", run_grant}, {"list", run_list}, {"revoke", run_revoke}, {NULL, NULL}};
    const struct tn_option options[] = {{"central", &c.central, NULL},
                                        {"as", &c.may, NULL},
                                        {"json", NULL, &c.is_json},
                                        TN_ACTOR_OPTIONS(c.actor),
                                        {NULL, NULL, NULL}};
    enum tn_exit code = tn_options_take(&tn_cmd_role, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    code = tn_actor_settle(&tn_cmd_role, &c.actor);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    return tn_verb_run(&tn_cmd_role, verbs, &c, argc, argv);
}

const struct tn_cmd tn_cmd_role = {
    .name = "role",
    .summary = "say what a database server's other roles may do",
    .usage =
        "  turnout-sync role grant ROLE --as report|ingest --central postgresql://... [--json]\n"
        "      [--by NAME] [--why TEXT]\n"
        "  turnout-sync role revoke ROLE --central postgresql://... [--json] [--by NAME]\n"
        "      [--why TEXT]\n"
        "  turnout-sync role list --central postgresql://... [--json]\n"
        "\n"
        "  ROLE is one that the server has. report: it may read what reports count, and no name,\n"
        "  contact or badge's secret. ingest: it may reconcile stations, by which\n"
        "  entries come in; visits and packs are made when the owner reconciles. Either sees the\n"
        "  rows of this ecosystem alone.\n" TN_ACTOR_USAGE,
    .run = run,
};
