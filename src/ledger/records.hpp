#pragma once

#include "core/geometry.hpp"
#include "ledger/audit.hpp"
#include "ledger/ledger.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace celadon::ledger {

/// What a record is found by. Kept beside each revision, in tables that can be made anew from the bodies.
struct RecordFace {
  std::string title;
  std::string state;       ///< empty where there is no lifecycle
  std::string division;    ///< GB/T 2260 code; empty: the whole city's
  std::string enterprise;  ///< id of the enterprise it belongs to; empty: nobody's
  std::optional<Instant> due;  ///< end of the earliest deadline that runs
  std::optional<Bounds> place;
  LonLat anchor;           ///< where it is drawn as a point; of no meaning without `place`
  std::string words;       ///< what full text finds it by, as people write it; the ledger makes tokens and pinyin of it
  std::multimap<std::string, std::variant<double, std::string>> values;  ///< fields that may be filtered and sorted by
  bool gone = false;       ///< withdrawn: no longer in force, still there
};

struct RecordPut {
  Put put;
  RecordFace face;
};

struct Condition {
  /// `none_of`: has a value that is none of these. Texts and numbers are never within one another's range.
  enum class Test : std::uint8_t { equal, any_of, none_of, at_least, at_most, more, less, begins, present, absent };
  std::string field;
  Test test = Test::equal;
  std::vector<std::variant<double, std::string>> values;
};

/// Whose rows a person may see. Empty lists mean no limit of that sort.
struct RowScope {
  std::vector<std::string> divisions;  ///< prefixes of codes; rows without a division are seen by all of them
  std::string enterprise;              ///< only rows of this enterprise
  bool nothing = false;
  friend bool operator==(const RowScope&, const RowScope&) = default;
};

struct RecordQuery {
  std::string kind;
  std::string words;  ///< all must be found; Chinese, pinyin, initials of pinyin, the begin of a Latin word (2 letters on)
  std::vector<Condition> where;
  std::vector<std::string> states;
  std::optional<Instant> due_until;
  std::optional<Bounds> within;
  RowScope scope;
  std::optional<Instant> as_known_at;
  bool with_gone = false;
  std::string sort = "id";  ///< "id", "title", "due", "changed" or a field
  bool falling = false;
  std::string after;        ///< `next` of the page before; empty: the first
  std::size_t limit = 100;  ///< 1 to 10000
  bool count = false;       ///< also the number of all that match, exact up to 100,000
};

struct Record {
  Revision revision;
  std::string title, state;
  std::optional<Instant> due;
  bool gone = false;
};

struct RecordPage {
  std::vector<Record> items;
  std::string next;  ///< empty at the end
  std::optional<std::int64_t> total;
  bool total_is_more = false;  ///< there are more than `total`
};

/// One point of a map layer.
struct RecordPlace {
  std::string id, title, state;
  LonLat anchor;
  std::string colour_value;  ///< of the field asked for
};

/// Records of the registers: a view on the ledger's revisions with what finding needs. Any thread.
/// As Ledger: append-only, durable on return, known_at rises strictly; a current record is found within the same call.
class Records {
 public:
  explicit Records(Ledger& ledger);

  /// Stores revisions with their faces, and what the audit says of them, all or none, in one transaction. An equal body
  /// stores nothing, and leaves the face as it is; where nothing is stored, nothing is said.
  /// Errors   as Ledger::put_all; conflict names the record and both revisions.
  [[nodiscard]] Result<std::vector<Revision>> put(const std::vector<RecordPut>& puts,
                                                  std::optional<AuditEntry> says = {});
  [[nodiscard]] Result<Record> get(const std::string& kind, const std::string& id,
                                   std::optional<Instant> as_known_at = {}) const;
  [[nodiscard]] Result<RecordPage> find(const RecordQuery& query) const;
  /// How many match, exactly.
  [[nodiscard]] Result<std::int64_t> count(const RecordQuery& query) const;
  /// Count, sum, least and most of a number field over all that match.
  struct Sum {
    std::int64_t count = 0;
    double sum = 0, least = 0, most = 0;
  };
  [[nodiscard]] Result<Sum> sum(const RecordQuery& query, const std::string& field) const;
  /// Number by value of a field (or "state"), the most frequent first, at most 1,000 of them.
  [[nodiscard]] Result<std::vector<std::pair<std::string, std::int64_t>>> tally(const RecordQuery& query,
                                                                                const std::string& field) const;
  /// Points inside `query.within`, at most `limit`; `colour_by` may be empty.
  [[nodiscard]] Result<std::vector<RecordPlace>> places(const RecordQuery& query, const std::string& colour_by) const;
  /// The next number of a prefix, "YY000124"; taken for good, also when nothing is stored under it.
  [[nodiscard]] Result<std::string> next_id(const std::string& kind, const std::string& prefix, int digits);
  /// Whether the faces of a kind were made by this reading of its pack; `make_faces` makes them anew in chunks.
  [[nodiscard]] Result<bool> faces_are_of(const std::string& kind, const std::string& pack_digest) const;
  [[nodiscard]] Result<void> make_faces(const std::string& kind, const std::string& pack_digest,
                                        const std::function<Result<RecordFace>(const Revision&)>& face_of);

 private:
  Ledger& ledger_;
};

}  // namespace celadon::ledger
