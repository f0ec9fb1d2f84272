#include "ledger/record_rows.hpp"

#include "ledger/record_columns.hpp"
#include "ledger/record_words.hpp"

#include <cmath>
#include <set>

namespace celadon::ledger {
namespace {

Result<std::int64_t> one_number(Query& query) {
  const std::int64_t number = query.next() ? query.integer(0) : 0;
  if (query.failed()) return fail(*query.failed());
  return number;
}

Result<std::vector<std::int64_t>> numbers(Query& query) {
  std::vector<std::int64_t> all;
  while (query.next()) all.push_back(query.integer(0));
  if (query.failed()) return fail(*query.failed());
  return all;
}

Result<std::int64_t> field_number(Database& database, std::int64_t kind, const std::string& field) {
  auto found = find_field(database, kind, field);
  if (!found || *found != 0) return found;
  auto added = database.query("INSERT INTO record_field (kind, name) VALUES (?, ?)")
                   .bind(kind)
                   .bind(std::string_view(field))
                   .run();
  if (!added) return fail(added.error());
  return database.last_insert_id();
}

/// Numbers before texts, as SQLite orders them.
using Value = std::variant<double, std::string>;

Result<void> add_values(Database& database, std::int64_t kind, std::int64_t row, const Revision& revision,
                        const RecordFace& face, Standing standing) {
  for (auto it = face.values.begin(); it != face.values.end();) {
    const auto end = face.values.upper_bound(it->first);
    auto field = field_number(database, kind, it->first);
    if (!field) return fail(field.error());
    std::set<Value> values;
    for (; it != end; ++it) {
      const auto* number = std::get_if<double>(&it->second);
      if (number == nullptr)
        values.insert(it->second);
      else if (std::isfinite(*number))
        values.insert(*number == 0 ? 0.0 : *number);
    }
    bool is_first = true;
    for (const Value& value : values) {
      auto query = database.query(
          "INSERT INTO record_value (row, field, value, id, standing, is_first) VALUES (?, ?, ?, ?, ?, ?)");
      query.bind(row).bind(*field);
      std::visit(
          [&](const auto& held) {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, double>)
              query.bind(held);
            else
              query.bind(std::string_view(held));
          },
          value);
      query.bind(std::string_view(revision.id)).bind(static_cast<std::int64_t>(standing));
      query.bind(static_cast<std::int64_t>(is_first));
      if (auto added = query.run(); !added) return added;
      is_first = false;
    }
  }
  return {};
}

}  // namespace

void FoundBy::retire(std::int64_t row) {
  blocks.insert(block_of(row));
  const auto before = come.size();
  std::erase_if(come, [&](const Come& one) { return one.row == row; });
  if (come.size() == before) gone.push_back(row);
}

Result<void> finish(Database& database, const FoundBy& found_by) {
  for (const std::int64_t block : found_by.blocks) {
    auto stamped = database
                       .query(
                           "INSERT INTO record_block (block, changed) VALUES (?, 1)"
                           " ON CONFLICT (block) DO UPDATE SET changed = changed + 1")
                       .bind(block)
                       .run();
    if (!stamped) return stamped;
  }
  for (const std::int64_t row : found_by.gone) {
    auto removed = database.query("DELETE FROM record_text WHERE rowid = ?").bind(row).run();
    if (removed) removed = database.query("DELETE FROM record_place WHERE row = ?").bind(row).run();
    if (!removed) return removed;
  }
  for (const auto& [row, tokens, place, kind] : found_by.come) {
    auto added = database.query("INSERT INTO record_text (rowid, tokens) VALUES (?, ?)")
                     .bind(row)
                     .bind(std::string_view(tokens))
                     .run();
    if (!added) return added;
    if (!place) continue;
    auto query = database.query("INSERT INTO record_place VALUES (?, ?, ?, ?, ?, ?, ?)");
    query.bind(row).bind(place->west_deg).bind(place->east_deg).bind(place->south_deg).bind(place->north_deg);
    // Half a step wide: where every extent of one side is nothing, the tree of bounds has no areas to go by.
    if (added = query.bind(kind).bind(static_cast<double>(kind) + 0.5).run(); !added) return added;
  }
  return {};
}

Result<std::int64_t> find_kind(Database& database, const std::string& kind) {
  auto query = database.query("SELECT kind FROM record_kind WHERE name = ?");
  query.bind(std::string_view(kind));
  return one_number(query);
}

Result<std::int64_t> kind_number(Database& database, const std::string& kind) {
  auto found = find_kind(database, kind);
  if (!found || *found != 0) return found;
  auto added = database.query("INSERT INTO record_kind (name) VALUES (?)").bind(std::string_view(kind)).run();
  if (!added) return fail(added.error());
  return database.last_insert_id();
}

Result<std::int64_t> find_field(Database& database, std::int64_t kind, const std::string& field) {
  auto query = database.query("SELECT field FROM record_field WHERE kind = ? AND name = ?");
  query.bind(kind).bind(std::string_view(field));
  return one_number(query);
}

Result<void> add_version(Database& database, std::int64_t kind, const Revision& revision, const RecordFace& face,
                         std::int64_t known_to_us, FoundBy& found_by) {
  const Standing standing = known_to_us != end_of_time_us ? Standing::replaced
                            : face.gone                   ? Standing::withdrawn
                                                          : Standing::in_force;
  auto query = database.query(
      "INSERT INTO record_version (kind, id, revision, known_from_us, known_to_us, standing, gone, title, state,"
      " division, enterprise, due_us, lon, lat, west, south, east, north)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.bind(kind).bind(std::string_view(revision.id)).bind(revision.revision).bind(revision.known_at.us);
  query.bind(known_to_us).bind(static_cast<std::int64_t>(standing)).bind(static_cast<std::int64_t>(face.gone));
  query.bind(std::string_view(face.title)).bind(std::string_view(face.state)).bind(std::string_view(face.division));
  query.bind(std::string_view(face.enterprise));
  if (face.due)
    query.bind(face.due->us);
  else
    query.bind(std::nullopt);
  if (face.place) {
    query.bind(face.anchor.lon_deg).bind(face.anchor.lat_deg).bind(face.place->west_deg).bind(face.place->south_deg);
    query.bind(face.place->east_deg).bind(face.place->north_deg);
  } else {
    for (int i = 0; i < 6; ++i) query.bind(std::nullopt);
  }
  if (auto added = query.run(); !added) return added;
  const std::int64_t row = database.last_insert_id();
  found_by.blocks.insert(block_of(row));
  if (auto added = add_values(database, kind, row, revision, face, standing); !added) return added;
  if (standing == Standing::replaced) return {};
  const std::string words = revision.id + "\n" + face.title + "\n" + face.words;
  found_by.come.push_back({row, tokens_of(words, static_cast<int>(kind), face.gone), face.place, kind});
  return {};
}

Result<void> retire_version(Database& database, std::int64_t kind, const std::string& id, std::int64_t known_to_us,
                            FoundBy& found_by) {
  auto query =
      database.query("SELECT row FROM record_version INDEXED BY now_by_id WHERE kind = ? AND id = ? AND standing < 2");
  query.bind(kind).bind(std::string_view(id));
  auto rows = numbers(query);
  if (!rows) return fail(rows.error());
  for (const std::int64_t row : *rows) {
    auto changed = database.query("UPDATE record_version SET known_to_us = ?, standing = 2 WHERE row = ?")
                       .bind(known_to_us)
                       .bind(row)
                       .run();
    if (changed) changed = database.query("UPDATE record_value SET standing = 2 WHERE row = ?").bind(row).run();
    if (!changed) return changed;
    found_by.retire(row);
  }
  return {};
}

Result<void> remove_versions(Database& database, std::int64_t kind, const std::string& id, FoundBy& found_by) {
  auto query = database.query("SELECT row FROM record_version INDEXED BY version_by_id WHERE kind = ? AND id = ?");
  query.bind(kind).bind(std::string_view(id));
  auto rows = numbers(query);
  if (!rows) return fail(rows.error());
  for (const std::int64_t row : *rows) {
    found_by.retire(row);
    auto removed = database.query("DELETE FROM record_value WHERE row = ?").bind(row).run();
    if (removed) removed = database.query("DELETE FROM record_version WHERE row = ?").bind(row).run();
    if (!removed) return removed;
  }
  return {};
}

Result<std::int64_t> version_of_record(Database& database, std::int64_t kind, const std::string& id) {
  auto query = database.query(
      "SELECT revision FROM record_version INDEXED BY now_by_id WHERE kind = ? AND id = ? AND standing < 2");
  query.bind(kind).bind(std::string_view(id));
  return one_number(query);
}

}  // namespace celadon::ledger
