#include "ledger/schema.hpp"

#include <array>

namespace celadon::ledger {
namespace {

// Every table but `session`, `sign_in_tries` and what records are found by refuses UPDATE and DELETE. INSERT OR REPLACE
// deletes without telling the DELETE trigger, hence the third.

constexpr Migration registers = {"registers and the series catalogue", R"sql(
CREATE TABLE revision (
  kind TEXT NOT NULL CHECK (kind <> ''),
  id TEXT NOT NULL CHECK (id <> ''),
  revision INTEGER NOT NULL CHECK (revision >= 1),
  valid_from_us INTEGER NOT NULL,
  known_at_us INTEGER NOT NULL,
  who TEXT NOT NULL CHECK (who <> ''),
  why TEXT NOT NULL,
  body TEXT NOT NULL CHECK (body <> ''),
  PRIMARY KEY (kind, id, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_by_known_at ON revision (known_at_us);
CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision
  BEGIN SELECT RAISE(ABORT, 'revision is append-only: no row is changed'); END;
CREATE TRIGGER revision_no_delete BEFORE DELETE ON revision
  BEGIN SELECT RAISE(ABORT, 'revision is append-only: no row is deleted'); END;
CREATE TRIGGER revision_in_order BEFORE INSERT ON revision
  WHEN NEW.revision <> 1 + coalesce((SELECT max(revision) FROM revision WHERE kind = NEW.kind AND id = NEW.id), 0)
  BEGIN SELECT RAISE(ABORT, 'revision is append-only: the next number must follow the last'); END;

CREATE TABLE series (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 2147483647),
  site TEXT NOT NULL CHECK (site <> ''),
  property TEXT NOT NULL CHECK (property <> ''),
  averaging TEXT NOT NULL,
  statistic TEXT NOT NULL,
  stage TEXT NOT NULL,
  known_at_us INTEGER NOT NULL,
  UNIQUE (site, property, averaging, statistic, stage)
) STRICT;
CREATE TRIGGER series_no_update BEFORE UPDATE ON series
  BEGIN SELECT RAISE(ABORT, 'series is append-only: no row is changed'); END;
CREATE TRIGGER series_no_delete BEFORE DELETE ON series
  BEGIN SELECT RAISE(ABORT, 'series is append-only: no row is deleted'); END;
CREATE TRIGGER series_no_replace BEFORE INSERT ON series
  WHEN EXISTS (SELECT 1 FROM series WHERE id = NEW.id OR (site = NEW.site AND property = NEW.property
    AND averaging = NEW.averaging AND statistic = NEW.statistic AND stage = NEW.stage))
  BEGIN SELECT RAISE(ABORT, 'series is append-only: no row is replaced'); END;
)sql"};

constexpr Migration events_and_cases = {"events and cases", R"sql(
CREATE TABLE case_revision (
  case_id INTEGER NOT NULL CHECK (case_id >= 1),
  revision INTEGER NOT NULL CHECK (revision >= 1),
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  rule TEXT NOT NULL,
  site TEXT NOT NULL,
  title_zh TEXT NOT NULL,
  title_en TEXT NOT NULL,
  opened_at_us INTEGER NOT NULL,
  closed_at_us INTEGER CHECK ((closed_at_us IS NULL) = (state = 'open')),
  known_at_us INTEGER NOT NULL,
  who TEXT NOT NULL CHECK (who <> ''),
  why TEXT NOT NULL CHECK (why <> ''),
  PRIMARY KEY (case_id, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_by_rule_and_site ON case_revision (rule, site, case_id, revision);
CREATE TRIGGER case_no_update BEFORE UPDATE ON case_revision
  BEGIN SELECT RAISE(ABORT, 'case_revision is append-only: no row is changed'); END;
CREATE TRIGGER case_no_delete BEFORE DELETE ON case_revision
  BEGIN SELECT RAISE(ABORT, 'case_revision is append-only: no row is deleted'); END;
CREATE TRIGGER case_in_order BEFORE INSERT ON case_revision
  WHEN NEW.revision <> 1 + coalesce((SELECT max(revision) FROM case_revision WHERE case_id = NEW.case_id), 0)
  BEGIN SELECT RAISE(ABORT, 'case_revision is append-only: the next number must follow the last'); END;

CREATE TABLE event (
  id INTEGER PRIMARY KEY CHECK (id >= 1),
  rule TEXT NOT NULL CHECK (rule <> ''),
  site TEXT NOT NULL,
  property TEXT NOT NULL,
  phenomenon_end_us INTEGER NOT NULL,
  noticed_at_us INTEGER NOT NULL,
  value REAL,
  text_zh TEXT NOT NULL,
  text_en TEXT NOT NULL,
  case_id INTEGER,
  case_revision INTEGER,
  UNIQUE (rule, site, property, phenomenon_end_us),
  FOREIGN KEY (case_id, case_revision) REFERENCES case_revision (case_id, revision)
) STRICT;
CREATE INDEX event_by_case ON event (case_id) WHERE case_id IS NOT NULL;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'event is append-only: no row is changed'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'event is append-only: no row is deleted'); END;
CREATE TRIGGER event_no_replace BEFORE INSERT ON event
  WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR (rule = NEW.rule AND site = NEW.site
    AND property = NEW.property AND phenomenon_end_us = NEW.phenomenon_end_us))
  BEGIN SELECT RAISE(ABORT, 'event is append-only: no row is replaced'); END;
)sql"};

// What records are found by. `revision` is the truth; all here but record_number can be made anew from it, so these
// tables may change. `standing`: 0 in force, 1 the newest and withdrawn, 2 replaced by a newer revision.
constexpr Migration records = {"records", R"sql(
CREATE TABLE record_kind (
  kind INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  made_of TEXT NOT NULL DEFAULT '',
  making_of TEXT NOT NULL DEFAULT '',
  making_after TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE record_field (
  field INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (kind, name)
) STRICT;
CREATE TABLE record_version (
  row INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  known_from_us INTEGER NOT NULL,
  known_to_us INTEGER NOT NULL,
  standing INTEGER NOT NULL CHECK (standing IN (0, 1, 2)),
  gone INTEGER NOT NULL CHECK (gone IN (0, 1)),
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  division TEXT NOT NULL,
  enterprise TEXT NOT NULL,
  due_us INTEGER,
  lon REAL, lat REAL,
  west REAL, south REAL, east REAL, north REAL
) STRICT;
CREATE INDEX version_by_id ON record_version (kind, id, known_from_us, known_to_us);
CREATE INDEX now_by_id ON record_version (kind, id, standing, state, division, enterprise, due_us) WHERE standing < 2;
CREATE INDEX now_by_title ON record_version (kind, title, id, standing, division, enterprise) WHERE standing < 2;
CREATE INDEX now_by_state ON record_version (kind, state, id, standing, division, enterprise) WHERE standing < 2;
CREATE INDEX now_by_due ON record_version (kind, due_us, id, standing, state, division, enterprise)
  WHERE standing < 2 AND due_us IS NOT NULL;
CREATE INDEX now_by_changed ON record_version (kind, known_from_us, id, standing, division, enterprise)
  WHERE standing < 2;
CREATE INDEX now_by_division ON record_version (kind, division, id, standing) WHERE standing < 2;
CREATE INDEX now_by_enterprise ON record_version (kind, enterprise, id, standing)
  WHERE standing < 2 AND enterprise <> '';
CREATE TABLE record_value (
  row INTEGER NOT NULL,
  field INTEGER NOT NULL,
  value ANY NOT NULL,
  id TEXT NOT NULL,
  standing INTEGER NOT NULL,
  is_first INTEGER NOT NULL,
  PRIMARY KEY (row, field, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX value_by_value ON record_value (field, standing, value, id, is_first);
CREATE VIRTUAL TABLE record_text USING fts5 (tokens, tokenize = "unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE record_place USING rtree (row, west, east, south, north, kind_low, kind_high);
CREATE TABLE record_number (
  kind TEXT NOT NULL,
  prefix TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (kind, prefix)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER record_number_rises BEFORE UPDATE ON record_number WHEN NEW.last <= OLD.last
  BEGIN SELECT RAISE(ABORT, 'record_number only rises: a number is given once'); END;
CREATE TRIGGER record_number_no_delete BEFORE DELETE ON record_number
  BEGIN SELECT RAISE(ABORT, 'record_number only rises: no row is deleted'); END;
)sql"};

constexpr Migration attachments_and_audit = {"attachments and audit", R"sql(
CREATE TABLE attachment (
  hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
  name TEXT NOT NULL CHECK (name <> ''),
  media_type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  taken_at_us INTEGER,
  taken_lon REAL, taken_lat REAL,
  known_at_us INTEGER NOT NULL,
  who TEXT NOT NULL CHECK (who <> '')
) STRICT, WITHOUT ROWID;
CREATE TRIGGER attachment_no_update BEFORE UPDATE ON attachment
  BEGIN SELECT RAISE(ABORT, 'attachment is append-only: no row is changed'); END;
CREATE TRIGGER attachment_no_delete BEFORE DELETE ON attachment
  BEGIN SELECT RAISE(ABORT, 'attachment is append-only: no row is deleted'); END;
CREATE TRIGGER attachment_no_replace BEFORE INSERT ON attachment
  WHEN EXISTS (SELECT 1 FROM attachment WHERE hash = NEW.hash)
  BEGIN SELECT RAISE(ABORT, 'attachment is append-only: no row is replaced'); END;

CREATE TABLE audit (
  number INTEGER PRIMARY KEY CHECK (number >= 1),
  at_us INTEGER NOT NULL,
  who TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action <> ''),
  object TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_who ON audit (who, number);
CREATE INDEX audit_by_action ON audit (action, number);
CREATE TABLE audit_head (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  number INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head VALUES (1, 0, '');
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'audit is append-only: no row is changed'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'audit is append-only: no row is deleted'); END;
CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
  WHEN NEW.number <> 1 + (SELECT number FROM audit_head)
  BEGIN SELECT RAISE(ABORT, 'audit is append-only: the next number must follow the last'); END;
CREATE TRIGGER audit_head_follows AFTER INSERT ON audit
  BEGIN UPDATE audit_head SET number = NEW.number, hash = NEW.hash; END;
CREATE TRIGGER audit_head_only_rises BEFORE UPDATE ON audit_head WHEN NEW.number <> OLD.number + 1
  BEGIN SELECT RAISE(ABORT, 'audit_head only follows the audit'); END;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
  BEGIN SELECT RAISE(ABORT, 'audit_head only follows the audit'); END;
)sql"};

// Sessions end and go; who signed in and out stands in the audit. Its rows change and are dropped.
constexpr Migration sessions = {"sessions", R"sql(
CREATE TABLE session (
  hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
  person TEXT NOT NULL CHECK (person <> ''),
  made_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL,
  seen_us INTEGER NOT NULL,
  totp_step INTEGER NOT NULL,
  ended INTEGER NOT NULL CHECK (ended IN (0, 1))
) STRICT, WITHOUT ROWID;
)sql"};

// `changed` rises with every change to a row of the block (record_columns.hpp): what is kept of it in memory is of one
// stamp. A block that is not here has not changed since this table was made.
constexpr Migration record_blocks = {"stamps of blocks of records", R"sql(
CREATE TABLE record_block (
  block INTEGER PRIMARY KEY,
  changed INTEGER NOT NULL
) STRICT;
CREATE TRIGGER record_block_rises BEFORE UPDATE ON record_block WHEN NEW.changed <= OLD.changed
  BEGIN SELECT RAISE(ABORT, 'record_block only rises: a stamp is of one content'); END;
CREATE TRIGGER record_block_no_delete BEFORE DELETE ON record_block
  BEGIN SELECT RAISE(ABORT, 'record_block only rises: no row is deleted'); END;
)sql"};

// Wrong sign-ins that still count. Rows change and go, as sessions do; what was refused stands in the audit.
constexpr Migration sign_in_tries = {"wrong sign-ins", R"sql(
CREATE TABLE sign_in_tries (
  name TEXT PRIMARY KEY CHECK (name <> ''),
  count INTEGER NOT NULL,
  last_us INTEGER NOT NULL,
  locked_until_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql"};

constexpr Migration event_limits = {"limit and unit of events", R"sql(
ALTER TABLE event ADD COLUMN limit_value REAL;
ALTER TABLE event ADD COLUMN unit TEXT NOT NULL DEFAULT '';
)sql"};

constexpr std::array all_migrations = {registers, events_and_cases, records,       attachments_and_audit,
                                       sessions,  record_blocks,    sign_in_tries, event_limits};

// The list of versions is itself append-only; made before step one.
constexpr const char* version_table = R"sql(
CREATE TABLE IF NOT EXISTS schema_version (
  version INTEGER PRIMARY KEY,
  what TEXT NOT NULL,
  applied_at_us INTEGER NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS schema_version_no_update BEFORE UPDATE ON schema_version
  BEGIN SELECT RAISE(ABORT, 'schema_version is append-only: no row is changed'); END;
CREATE TRIGGER IF NOT EXISTS schema_version_no_delete BEFORE DELETE ON schema_version
  BEGIN SELECT RAISE(ABORT, 'schema_version is append-only: no row is deleted'); END;
CREATE TRIGGER IF NOT EXISTS schema_version_in_order BEFORE INSERT ON schema_version
  WHEN NEW.version <> 1 + coalesce((SELECT max(version) FROM schema_version), 0)
  BEGIN SELECT RAISE(ABORT, 'schema_version is append-only: the next number must follow the last'); END;
)sql";

Result<std::int64_t> one_number(Database& database, const char* sql) {
  auto query = database.query(sql);
  const std::int64_t number = query.next() ? query.integer(0) : 0;
  if (query.failed()) return fail(*query.failed());
  return number;
}

/// 0 for a new file.
Result<std::int64_t> version_of(Database& database) {
  auto tables = one_number(database, "SELECT count(*) FROM sqlite_schema");
  if (!tables || *tables == 0) return tables;
  auto known =
      one_number(database, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'");
  if (!known) return known;
  if (*known == 0) {
    return fail(Errc::file_damaged,
                database.file().string() +
                    ": holds tables but no schema_version, so it is not a ledger; put back the newest copy of "
                    "this file, or move it away to begin a new one");
  }
  return one_number(database, "SELECT coalesce(max(version), 0) FROM schema_version");
}

}  // namespace

std::span<const Migration> migrations() { return all_migrations; }

Result<void> migrate(Database& database, std::span<const Migration> steps, Instant applied_at) {
  // The version is read under the write lock: two programs that start together must not both take a step.
  for (;;) {
    auto transaction = Transaction::begin(database);
    if (!transaction) return fail(transaction.error());
    const auto version = version_of(database);
    if (!version) return fail(version.error());
    const auto target = static_cast<std::int64_t>(steps.size());
    if (*version > target) {
      return fail(Errc::refused, database.file().string() + ": has schema version " + std::to_string(*version) +
                                     ", this program knows " + std::to_string(target) +
                                     "; start the program that wrote it, or a newer one");
    }
    if (*version == target) return {};
    const Migration& step = steps[static_cast<std::size_t>(*version)];
    const auto refuse = [&](const Error& error) {
      return fail(error.code,
                  error.detail + " (migration to version " + std::to_string(*version + 1) + ": " + step.what + ")");
    };
    if (auto made = database.execute(version_table); !made) return refuse(made.error());
    if (auto made = database.execute(step.sql); !made) return refuse(made.error());
    auto noted = database.query("INSERT INTO schema_version (version, what, applied_at_us) VALUES (?, ?, ?)")
                     .bind(*version + 1)
                     .bind(std::string_view(step.what))
                     .bind(applied_at.us)
                     .run();
    if (!noted) return refuse(noted.error());
    if (auto done = (*transaction)->commit(); !done) return refuse(done.error());
  }
}

Result<void> check_sound(Database& database) {
  auto query = database.query("PRAGMA quick_check(1)");
  const bool answered = query.next();
  if (query.failed()) return fail(*query.failed());
  const std::string answer = answered ? query.text(0) : "no answer";
  if (answer == "ok") return {};
  return fail(Errc::file_damaged, database.file().string() + ": is damaged (" + answer +
                                      "); stop the program and put back the newest copy of this file");
}

}  // namespace celadon::ledger
