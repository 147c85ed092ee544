-- The central ecosystem database, version 1. Portable text: @blob@ is the binary type, @big@ a 64-bit
-- integer, @strict@ and @clustered@ what SQLite wants after a table (STRICT, WITHOUT ROWID);
-- PostgreSQL gets nothing there.
-- Every table carries the ecosystem first in its key, as the number `ecosystem.no` interns.
-- Times are Unix milliseconds, UTC. Ids are 16 bytes; ids of imported rows derive from
-- (ecosystem, source, source id).

CREATE TABLE ecosystem (
    no INTEGER NOT NULL PRIMARY KEY,
    id @blob@ NOT NULL UNIQUE,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    country TEXT NOT NULL DEFAULT 'US',
    tz TEXT NOT NULL,
    min_cell INTEGER NOT NULL DEFAULT 10,
    consent_age INTEGER NOT NULL DEFAULT 13,
    retention_days INTEGER NOT NULL DEFAULT 30,
    epoch INTEGER NOT NULL DEFAULT 1,
    sign_key @blob@ NOT NULL,
    transport_key @blob@ NOT NULL,
    vault_key @blob@ NOT NULL,
    keys_path TEXT NOT NULL
) @strict@;

CREATE TABLE partner (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    code TEXT NOT NULL,
    parent @blob@,
    name TEXT NOT NULL,
    sector TEXT NOT NULL,
    agreement_basis TEXT,
    agreement_expires @big@,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE UNIQUE INDEX partner_code ON partner (ecosystem, code);

CREATE TABLE event (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    setting TEXT,
    term TEXT,
    starts @big@ NOT NULL,
    ends @big@ NOT NULL,
    tz TEXT NOT NULL,
    site TEXT,
    policy TEXT,
    ical_uid TEXT,
    rev @big@ NOT NULL DEFAULT 1,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE UNIQUE INDEX event_code ON event (ecosystem, code);

CREATE TABLE activity (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    code TEXT NOT NULL,
    event @blob@ NOT NULL,
    partner @blob@,
    title TEXT NOT NULL,
    strand TEXT,
    pathway TEXT,
    step INTEGER,
    setting TEXT,
    workforce_kind TEXT,
    grade_lo INTEGER,
    grade_hi INTEGER,
    starts @big@,
    ends @big@,
    default_min INTEGER,
    capacity INTEGER,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE UNIQUE INDEX activity_code ON activity (ecosystem, event, code);

CREATE TABLE learner (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    display TEXT NOT NULL,
    grade TEXT,
    birth_year INTEGER,
    home_partner @blob@,
    zip3 TEXT,
    lang TEXT,
    directory_opt_out INTEGER NOT NULL DEFAULT 0,
    merged_into @blob@,
    erased_at @big@,
    rev @big@ NOT NULL DEFAULT 1,
    PRIMARY KEY (ecosystem, id)
) @strict@;

CREATE TABLE learner_pii (
    ecosystem INTEGER NOT NULL,
    learner @blob@ NOT NULL,
    given TEXT NOT NULL,
    preferred TEXT,
    family TEXT,
    contact TEXT,
    PRIMARY KEY (ecosystem, learner)
) @strict@;

CREATE TABLE learner_alias (
    ecosystem INTEGER NOT NULL,
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    learner @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, source, source_id)
) @strict@;

CREATE TABLE learner_group (
    ecosystem INTEGER NOT NULL,
    learner @blob@ NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (ecosystem, learner, title)
) @strict@;

CREATE TABLE consent (
    ecosystem INTEGER NOT NULL,
    learner @blob@ NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    given_by TEXT,
    given_at @big@,
    until @big@,
    withdrawn_at @big@,
    PRIMARY KEY (ecosystem, learner, purpose)
) @strict@;

-- A badge: its secret sealed to the vault key, its card as ciphertext. A blank badge has no learner.
CREATE TABLE badge (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    learner @blob@,
    event @blob@ NOT NULL,
    code TEXT NOT NULL,
    issued @big@ NOT NULL,
    expires @big@,
    status TEXT NOT NULL,
    replaced_by @blob@,
    secret @blob@ NOT NULL,
    card @blob@,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE UNIQUE INDEX badge_code ON badge (ecosystem, code);
CREATE INDEX badge_learner ON badge (ecosystem, event, learner);
CREATE INDEX badge_of_learner ON badge (ecosystem, learner);

CREATE TABLE staff_card (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    event @blob@ NOT NULL,
    name TEXT NOT NULL,
    until @big@ NOT NULL,
    wrapped @blob@ NOT NULL,
    revoked_at @big@,
    PRIMARY KEY (ecosystem, id)
) @strict@;

-- Which station holds which set-up card; used once, by the device key that presented it.
CREATE TABLE enrolment (
    ecosystem INTEGER NOT NULL,
    token_hash @blob@ NOT NULL,
    station TEXT NOT NULL,
    role TEXT NOT NULL,
    event @blob@ NOT NULL,
    activity @blob@,
    device_key @blob@,
    issued @big@ NOT NULL,
    used @big@,
    PRIMARY KEY (ecosystem, token_hash)
) @strict@;

-- One row a log. station and role say which kiosk writes it.
CREATE TABLE kiosk (
    ecosystem INTEGER NOT NULL,
    log_no INTEGER NOT NULL,
    log_id @blob@ NOT NULL,
    pubkey @blob@ NOT NULL,
    station TEXT NOT NULL,
    role TEXT NOT NULL,
    event @blob@ NOT NULL,
    activity @blob@,
    origin @blob@,
    last_seq @big@ NOT NULL DEFAULT 0,
    head @blob@ NOT NULL,
    clock_offset @big@,
    version TEXT,
    last_seen @big@,
    pack_epoch @big@ NOT NULL DEFAULT 0,
    pack_version @big@ NOT NULL DEFAULT 0,
    revoked_at @big@,
    revoked_seq @big@,
    derived_seq @big@ NOT NULL DEFAULT 0,
    PRIMARY KEY (ecosystem, log_no)
) @strict@;
CREATE UNIQUE INDEX kiosk_log ON kiosk (ecosystem, log_id);

-- What the kiosks saw, as they wrote it.
CREATE TABLE entry (
    ecosystem INTEGER NOT NULL,
    log_no INTEGER NOT NULL,
    seq @big@ NOT NULL,
    format INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at_ms @big@ NOT NULL,
    mono_ms @big@ NOT NULL,
    boot @blob@,
    event @blob@,
    activity @blob@,
    method TEXT NOT NULL,
    badge @blob@,
    learner @blob@,
    body @blob@,
    salt @blob@,
    who_hash @blob@ NOT NULL,
    hash @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, log_no, seq)
) @clustered@;

-- Bundles that do not follow on: a gap before them, or a chain that does not hold. Kept whole.
CREATE TABLE held (
    ecosystem INTEGER NOT NULL,
    log_id @blob@ NOT NULL,
    first_seq @big@ NOT NULL,
    last_seq @big@ NOT NULL,
    hash @blob@ NOT NULL,
    why TEXT NOT NULL,
    bundle @blob@ NOT NULL,
    at_ms @big@ NOT NULL,
    PRIMARY KEY (ecosystem, log_id, first_seq, hash)
) @strict@;

-- A log whose two copies differ from seq on; the smaller first differing hash keeps the log id.
CREATE TABLE fork (
    ecosystem INTEGER NOT NULL,
    log_id @blob@ NOT NULL,
    seq @big@ NOT NULL,
    hash @blob@ NOT NULL,
    branch_id @blob@ NOT NULL,
    before @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, branch_id)
) @strict@;

-- What visits are derived from: the entries that say somebody was somewhere, in an order that finds
-- one badge's quickly. Entries are appended at the speed of the disk; this table, whose order is by
-- random ids, is filled behind them in sorted batches (kiosk.derived_seq says how far).
CREATE TABLE sighting (
    ecosystem INTEGER NOT NULL,
    event @blob@ NOT NULL,
    badge @blob@ NOT NULL,
    log_no INTEGER NOT NULL,
    seq @big@ NOT NULL,
    at_ms @big@ NOT NULL,
    kind TEXT NOT NULL,
    is_refused INTEGER NOT NULL,
    activity @blob@,
    learner @blob@,
    PRIMARY KEY (ecosystem, event, badge, log_no, seq)
) @clustered@;
CREATE INDEX sighting_learner ON sighting (ecosystem, event, learner);

-- Attendance, derived from entries: one row a learner's (or unknown badge's) stay at an event, or
-- visit of an activity. who is the learner where known, else the badge.
CREATE TABLE visit (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    who @blob@ NOT NULL,
    learner @blob@,
    badge @blob@,
    event @blob@ NOT NULL,
    activity @blob@,
    in_log @blob@,
    in_seq @big@,
    out_log @blob@,
    out_seq @big@,
    starts @big@ NOT NULL,
    ends @big@ NOT NULL,
    minutes INTEGER NOT NULL,
    imputed INTEGER NOT NULL,
    PRIMARY KEY (ecosystem, id)
) @strict@;
CREATE INDEX visit_who ON visit (ecosystem, event, who);

-- What a person has to settle.
CREATE TABLE conflict (
    ecosystem INTEGER NOT NULL,
    id @blob@ NOT NULL,
    type TEXT NOT NULL,
    a @blob@,
    b @blob@,
    rule TEXT,
    state TEXT NOT NULL,
    resolved_by TEXT,
    at @big@,
    PRIMARY KEY (ecosystem, id)
) @strict@;

-- The centre's newest word to each log: signed, and given again whenever it is asked for.
CREATE TABLE receipt (
    ecosystem INTEGER NOT NULL,
    log_id @blob@ NOT NULL,
    seq @big@ NOT NULL,
    receipt @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, log_id)
) @strict@;

-- What each station's newest pack held, as a hash, so that an unchanged centre sends nothing.
CREATE TABLE pack_sent (
    ecosystem INTEGER NOT NULL,
    device_key @blob@ NOT NULL,
    version @big@ NOT NULL,
    content @blob@ NOT NULL,
    PRIMARY KEY (ecosystem, device_key)
) @strict@;
