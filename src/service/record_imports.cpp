#include "service/record_imports.hpp"

#include "core/json_writer.hpp"
#include "intake/table_file.hpp"
#include "service/cut_off_imports.hpp"
#include "service/service.hpp"

#include <boost/json.hpp>

#include <iterator>

namespace celadon::service {
namespace {

constexpr const char* import_kind = "record-import";
constexpr const char* upload_prefix = "record-";

std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

/// What every value the row names is already.
bool says_nothing_new(const systems::Values& asked, const systems::Values& stands) {
  return std::all_of(asked.begin(), asked.end(), [&](const auto& entry) {
    const auto there = stands.find(entry.first);
    return there == stands.end() ? systems::is_none(entry.second) : there->second == entry.second;
  });
}

std::string both(const systems::Words& words) {
  return words.zh == words.en || words.zh.empty() ? words.en : words.zh + " | " + words.en;
}

}  // namespace

/// Rows that are looked at together.
struct RecordImports::Chunk {
  enum class Fate : std::uint8_t { pending, unchanged, refused };
  struct Row {
    intake::TableRow row;
    Fate fate = Fate::pending;
    bool is_new = true;
    std::size_t change = 0;  ///< place among the changes
    std::vector<systems::Finding> findings;
  };
  std::vector<Row> rows;
  std::vector<registry::Change> changes;
};

RecordImports::RecordImports(const Parts& parts) : parts_(parts), queue_(parts.data / "imports") {
  next_id_ = close_cut_off_imports(
      parts, import_kind, upload_prefix, [](const boost::json::object& body) -> std::optional<std::string> {
        const auto* state = body.if_contains("state");
        if (state == nullptr || (*state != "queued" && *state != "running")) return std::nullopt;
        const auto* last = body.if_contains("last_row");
        const std::string row =
            last != nullptr && last->is_number() ? std::to_string(last->to_number<std::int64_t>()) : "0";
        return "the program stopped while this ran; up to row " + row + " everything is settled, and some of the " +
               std::to_string(rows_of_chunk) +
               " rows behind it may be; look there before you send the rest again";
      });
}

Result<std::string> RecordImports::begin(const people::Caller& caller, const std::string& register_id,
                                         const std::string& name, const std::string& bytes, bool preview) {
  auto job = std::make_shared<Job>();
  job->register_id = register_id;
  job->name = name.empty() ? "upload" : name.substr(0, 200);
  job->caller = caller;
  job->who = caller.name;
  job->preview = preview;
  job->begun = parts_.clock();
  const std::lock_guard lock(mutex_);
  job->id = std::to_string(next_id_);
  const auto put = queue_.put(
      upload_prefix + job->id, bytes,
      [this, job](const std::filesystem::path& file, const std::stop_token& stop) { run(*job, file, stop); });
  if (!put) return fail(put.error());
  ++next_id_;
  keep(*job);
  jobs_[job->id] = job;
  return job->id;
}

void RecordImports::run(Job& job, const std::filesystem::path& file, const std::stop_token& stop) {
  {
    const std::lock_guard lock(mutex_);
    job.state = "running";
    keep(job);
  }
  const auto failed = read(job, file, stop);
  const std::lock_guard lock(mutex_);
  job.state = failed ? "failed" : "done";
  job.error = failed ? failed->detail : "";
  job.ended = parts_.clock();
  keep(job);
}

std::optional<Error> RecordImports::read(Job& job, const std::filesystem::path& file, const std::stop_token& stop) {
  const auto bytes = read_file(file);
  if (!bytes) return Error{Errc::io_failed, "the upload " + file.string() + " is not there", {}};
  const auto table = intake::read_table(*bytes, job.name);
  if (!table) return table.error();
  const auto* type = parts_.registers.catalogue().find(job.register_id);
  if (type == nullptr) return Error{Errc::not_found, "register " + job.register_id + " is no more", "register"};
  const auto columns = read_head(*type, table->head);
  if (!columns) return columns.error();
  {
    const std::lock_guard lock(mutex_);
    job.rows = static_cast<std::int64_t>(table->rows.size());
  }
  std::ofstream errors(errors_file(job.id), std::ios::binary);
  std::vector<intake::TableCell> head = {std::string("row"), std::string("field"), std::string("reason")};
  for (std::size_t i = 0; i < table->head.size(); ++i) {
    if ((*columns)[i].kind != RecordColumn::Kind::note) head.emplace_back(table->head[i]);
  }
  errors << intake::csv_mark << intake::csv_line(head);
  for (std::size_t at = 0; at < table->rows.size();) {
    if (stop.stop_requested()) {
      return Error{Errc::timed_out,
                   "the program was stopped; up to row " + std::to_string(job.last_row) +
                       " everything is settled, send the rest again",
                   {}};
    }
    Chunk chunk;
    for (; at < table->rows.size() && chunk.rows.size() < rows_of_chunk; ++at) {
      add_row(job, *type, *columns, table->rows[at], chunk);
      // The cells of notes are not part of the row as it came.
      auto& cells = chunk.rows.back().row.cells;
      for (std::size_t i = columns->size(); i-- > 0;) {
        if ((*columns)[i].kind == RecordColumn::Kind::note && i < cells.size())
          cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    save(job, chunk, errors);
    if (!errors.flush())
      return Error{
          Errc::io_failed, "the error sheet cannot be written in " + parts_.data.string() + "; is the disk full?", {}};
  }
  return std::nullopt;
}

void RecordImports::add_row(const Job& job, const systems::Register& type, const std::vector<RecordColumn>& columns,
                            const intake::TableRow& row, Chunk& chunk) const {
  auto& into = chunk.rows.emplace_back();
  into.row = row;
  if (!row.problem.empty()) {
    into.fate = Chunk::Fate::refused;
    into.findings.push_back(
        {"", "row", true, {"本行无法读取：" + row.problem, "the row cannot be read: " + row.problem}});
    return;
  }
  auto asked = change_of_row(type, columns, row);
  into.findings = std::move(asked.findings);
  if (!into.findings.empty()) {
    into.fate = Chunk::Fate::refused;
    return;
  }
  asked.change.why = "import of " + job.name;
  if (!asked.change.id.empty()) {
    const auto stands = parts_.registers.get(job.caller, type.id, asked.change.id);
    if (stands) {
      into.is_new = false;
      if (says_nothing_new(asked.change.values, stands->values)) {
        into.fate = Chunk::Fate::unchanged;
        return;
      }
      asked.change.expected_revision = asked.revision.value_or(stands->revision);
    }
  }
  into.change = chunk.changes.size();
  chunk.changes.push_back(std::move(asked.change));
}

void RecordImports::save(Job& job, Chunk& chunk, std::ofstream& errors) {
  auto outcomes = parts_.registers.save_each(job.caller, chunk.changes, job.preview);
  std::int64_t added = 0, changed = 0, unchanged = 0, refused = 0;
  for (auto& row : chunk.rows) {
    if (row.fate == Chunk::Fate::pending) {
      const auto& outcome = outcomes[row.change];
      if (!outcome) {
        row.findings = outcome.error().findings;
        const auto& error = outcome.error().error;
        if (!any_error(row.findings)) row.findings.push_back({error.field, "", true, {error.detail, error.detail}});
        row.fate = Chunk::Fate::refused;
      } else if (any_error(outcome->findings)) {
        row.findings = outcome->findings;
        row.fate = Chunk::Fate::refused;
      } else {
        ++(row.is_new ? added : changed);
      }
    }
    if (row.fate == Chunk::Fate::unchanged) ++unchanged;
    if (row.fate != Chunk::Fate::refused) continue;
    ++refused;
    std::string fields, reasons;
    for (const auto& one : row.findings) {
      if (!one.is_error) continue;
      if (!one.field.empty()) fields += (fields.empty() ? "" : ";") + one.field;
      reasons += (reasons.empty() ? "" : "; ") + both(one.words);
    }
    std::vector<intake::TableCell> cells = {static_cast<double>(row.row.number), fields, reasons};
    for (auto& cell : row.row.cells) cells.emplace_back(std::move(cell));
    errors << intake::csv_line(cells);
  }
  const std::lock_guard lock(mutex_);
  job.done += static_cast<std::int64_t>(chunk.rows.size());
  job.added += added;
  job.changed += changed;
  job.unchanged += unchanged;
  job.refused += refused;
  job.last_row = chunk.rows.back().row.number;
  keep(job);
}

void RecordImports::keep(const Job& job) const {
  // The job goes on though its progress cannot be kept; the records' own writes tell of a full disk.
  static_cast<void>(
      parts_.ledger.put({import_kind, job.id, json_of(job), job.begun, job.who, "import of " + job.name, {}}));
}

std::filesystem::path RecordImports::errors_file(const std::string& id) const {
  return parts_.data / "imports" / ("record-" + id + "-errors.csv");
}

std::string RecordImports::json_of(const Job& job) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("id", job.id).member("register", job.register_id).member("name", job.name);
  json.member("who", job.who).member("state", job.state).member("rows", job.rows).member("done", job.done);
  json.member("added", job.added).member("changed", job.changed).member("unchanged", job.unchanged);
  json.member("refused", job.refused).member("preview", job.preview).member("last_row", job.last_row);
  json.text_or_null("error", job.error).member("started_at", job.begun).member("finished_at", job.ended).end_object();
  return out;
}

Result<std::string> RecordImports::json(const people::Caller& caller, const std::string& id) const {
  std::string body, who;
  {
    const std::lock_guard lock(mutex_);
    if (const auto it = jobs_.find(id); it != jobs_.end()) {
      body = json_of(*it->second);
      who = it->second->who;
    }
  }
  if (body.empty()) {
    const auto past = parts_.ledger.get(import_kind, id);
    if (past) {
      body = past->body;
      boost::system::error_code failed;
      const auto parsed = boost::json::parse(body, failed);
      const auto* by = !failed && parsed.is_object() ? parsed.get_object().if_contains("who") : nullptr;
      if (by != nullptr && by->is_string()) who = std::string(by->get_string());
    }
  }
  if (body.empty() || (who != caller.name && !caller.is("admin")))
    return fail(Errc::not_found, "there is no import " + id.substr(0, 20) + " of yours", "id");
  return body;
}

Result<std::string> RecordImports::errors_csv(const people::Caller& caller, const std::string& id) const {
  const auto known = json(caller, id);
  if (!known) return fail(known.error());
  auto sheet = read_file(errors_file(id));
  if (!sheet) return fail(Errc::not_found, "import " + id + " has no error sheet yet", "id");
  return std::move(*sheet);
}

}  // namespace celadon::service
