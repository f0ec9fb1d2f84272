#pragma once

#include "core/result.hpp"
#include "systems/expression.hpp"
#include "systems/pattern.hpp"
#include "systems/value.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a pack of packs/systems says, after it was checked (docs/packs.md).

namespace celadon::systems {

inline constexpr std::string_view roles[] = {"duty",   "analyst",    "enforcement", "planner", "leader",
                                             "public", "enterprise", "integrator",  "admin"};

struct Words {
  std::string zh, en;
};

/// Where a rule comes from and how far that was checked.
struct Source {
  std::string text, trust = "design";
};

struct Code {
  std::string code;
  Words name;
};
struct CodeList {
  std::string id;
  std::vector<Code> codes;  ///< in the order of the pack
  Source source;
  int line = 0;
  [[nodiscard]] const Code* find(std::string_view code) const;
};

enum class FieldType : std::uint8_t {
  text,
  number,
  whole,
  yes_no,
  date,
  time,
  code,
  reference,
  site,
  point,
  line,
  area,
  files
};
[[nodiscard]] std::string_view to_text(FieldType type);

struct Field {
  std::string id;
  FieldType type = FieldType::text;
  Words name, help;
  std::string of;  ///< code list or register
  bool many = false, needed = false, unique = false, search = false, index = false, personal = false;
  bool not_after_now = false;  ///< of dates and times
  std::string unit;            ///< UCUM, of numbers
  std::optional<double> min, max;
  int decimals = -1;                     ///< -1: any
  std::size_t length_max = 200;          ///< code points of a text
  std::size_t count_max = 20;            ///< of several
  std::string pattern;                   ///< a regular expression the whole text must match; empty: any
  std::shared_ptr<const Pattern> shape;  ///< what `pattern` says; null where there is none
  std::string code_check;                ///< "gb32100": its last character must be the check character; empty: none
  std::vector<std::string> accept;
  /// Of files that whoever reported may see: the yes-no field by which a person says that they show nobody. Empty: they
  /// stay inside.
  std::string confirmed_by;
  std::shared_ptr<const Expression> formula;  ///< computed, not entered
  Source source;
  int line = 0;
  const CodeList* codes = nullptr;  ///< of type code, from make_catalogue on; the catalogue's
  [[nodiscard]] bool is_geometry() const {
    return type == FieldType::point || type == FieldType::line || type == FieldType::area;
  }
  /// Holds a list of texts.
  [[nodiscard]] bool is_list() const { return many || type == FieldType::files; }
};

struct Check {
  std::string id, field;
  std::shared_ptr<const Expression> when, must;  ///< `when` may be null
  bool is_error = true;
  Words words;  ///< blanks are fields
  Source source;
};

struct State {
  std::string id;
  Words name;
  bool final = false;
};

struct Evidence {
  enum class Kind : std::uint8_t { photo, document, measurement };
  enum class Taken : std::uint8_t { any_time, since_opened, since_state };
  std::string id;
  Kind kind = Kind::photo;
  Words name;
  int count = 1;
  Taken taken = Taken::any_time;
  double near_m = 0;  ///< 0: anywhere
  Source source;
};

struct Must {
  std::shared_ptr<const Expression> that;
  Words words;
};

/// What makes the platform take a step: an event of watch of which these fields of the record say the same.
struct StepEvent {
  std::string event;                        ///< rule of the event; empty: people take the step
  std::map<std::string, std::string> same;  ///< field -> part of the event
};

struct Step {
  std::string id;
  Words name;
  std::vector<std::string> from;
  std::string to;
  std::vector<std::string> who;  ///< roles; none where the platform takes it
  StepEvent on;
  std::vector<std::string> needs;  ///< fields
  std::vector<Evidence> evidence;
  std::vector<Must> must;
  bool why = false;
  int times = 0;        ///< 0: any number
  int within_days = 0;  ///< 0: always
};

struct Escalation {
  int after_days = 0;
  std::string to;  ///< role
};
struct Deadline {
  std::string id;
  Words name;
  std::vector<std::string> states;
  enum class Count : std::uint8_t { days, working_days, months };
  Count count = Count::days;
  int length = 0;
  std::string from;  ///< "opened", "state" or a date field
  bool moves_to_workday = false;
  int warn_days = 0;
  std::vector<Escalation> escalate;
  Source source;
};

struct LookBack {
  std::string state, by;  ///< the state it waits in, the step that ends it
  int after_days = 0;
  bool same_weekday = false;
  Words name;
};

struct Lifecycle {
  std::string first;
  std::vector<State> states;
  std::vector<Step> steps;
  std::vector<Deadline> deadlines;
  std::optional<LookBack> look_back;
  [[nodiscard]] const State* state(std::string_view id) const;
  [[nodiscard]] const Step* step(std::string_view id) const;
};

struct View {
  std::string id;
  Words name;
  std::vector<std::string> columns;
  std::string sort;                         ///< field, "due" or "changed"; '-' before it: falling
  std::shared_ptr<const Expression> where;  ///< may be null
};

struct MapStyle {
  std::string geometry;  ///< the field; empty: not on the map
  std::string colour_by;
  std::map<std::string, std::string> colours;
  std::string symbol = "circle";
  int zoom_min = 0;
};

struct Rights {
  std::vector<std::string> read, write, create, withdraw;  ///< roles
};

struct RowIndicator {
  std::string id;
  Words name;
  std::shared_ptr<const Expression> formula;
  std::string unit;
};

/// Makes a record of an event of watch.
struct OpensOn {
  std::string event;  ///< id of the watch rule
  int line = 0;
  std::map<std::string, std::string> set;  ///< field -> site, property, phenomenon_end, value, text_zh, text_en
};

enum class RegisterKind : std::uint8_t { list, ledger, matter };  ///< in packs: register, ledger, case

struct Register {
  std::string id, system;
  Words name;
  RegisterKind kind = RegisterKind::list;
  std::string key;     ///< the field that is the id; empty: numbered
  std::string prefix;  ///< of numbered ids
  int digits = 6;
  std::string title;                 ///< fields in braces
  std::string division, enterprise;  ///< fields; may be empty. An enterprise that is "id" or the key: the record itself
  std::vector<std::string> open_fields;  ///< what anybody may see; empty: not public
  std::vector<Field> fields;
  std::vector<std::size_t> computed;  ///< fields with a formula, in the order they need each other
  std::vector<Check> checks;
  std::optional<Lifecycle> lifecycle;
  std::vector<View> views;
  MapStyle map;
  Rights rights;
  std::vector<RowIndicator> indicators;
  std::vector<OpensOn> opens_on;
  bool looks_beyond = false;  ///< a formula or check counts or sums over records; known once in a catalogue
  int line = 0;
  [[nodiscard]] const Field* field(std::string_view field_id) const;
};

/// A row of the city's plan of systems that a pack serves (packs/cities/<city>/systems.csv).
struct PlanRow {
  std::string id;              ///< "S072"
  Words rule;                  ///< its own calculation or check
  std::string day;             ///< file of packs/systems/days that plays its working day, without ".yaml"; may be empty
  std::optional<Words> lacks;  ///< what the row still wants; none where nothing is known to
  int line = 0;
};

struct System {
  std::string id, group, clause;
  Words name;
  Source source;
  std::vector<PlanRow> rows;
  std::vector<CodeList> codes;
  std::vector<Register> registers;
  std::string file;
  int line = 0;
};

/// All systems together, references resolved.
class Catalogue {
 public:
  Catalogue() = default;
  Catalogue(const Catalogue&) = delete;  // fields point into it
  Catalogue& operator=(const Catalogue&) = delete;
  [[nodiscard]] const std::vector<System>& systems() const { return systems_; }
  [[nodiscard]] const Register* find(std::string_view register_id) const;
  [[nodiscard]] const CodeList* codes(std::string_view id) const;
  /// Register and field of every reference to a register.
  struct Referrer {
    const Register* from;
    const Field* field;
  };
  [[nodiscard]] std::vector<Referrer> referrers_of(std::string_view register_id) const;
  /// Who has a formula that counts or sums over records of a register, and over which of them.
  struct Summer {
    const Register* type;
    Expression::Reach reach;
  };
  [[nodiscard]] const std::vector<Summer>& summers_of(std::string_view register_id) const;

 private:
  friend Result<std::shared_ptr<const Catalogue>> make_catalogue(std::vector<System> systems);
  friend class CatalogueMaker;
  std::vector<System> systems_;
  std::map<std::string, std::pair<std::size_t, std::size_t>, std::less<>> registers_;
  std::map<std::string, std::pair<std::size_t, std::size_t>, std::less<>> codes_;
  std::map<std::string, std::vector<Summer>, std::less<>> summers_;
};

/// What names mean in formulas over these registers; `register_id` is for who asks to set. The catalogue must outlive it.
[[nodiscard]] Scope scope_of(const Catalogue& catalogue);

/// A CSV that a code list names; by its path under packs/systems.
using TableReader = std::function<Result<std::string>(const std::string& path)>;

/// Reads one pack, at most 1 MiB; what it says of itself is sound: fields, lifecycle, views, order of formulas.
/// Errors   malformed or invalid_value: "file:line: field: reason", the first thing wrong.
[[nodiscard]] Result<System> parse_system(std::string_view text, const std::string& file, const TableReader& table);

/// Puts systems together: ids are unique over all, references and code lists exist, every expression is typed against
/// the registers it names. Errors   invalid_value: "file:line: field: reason".
[[nodiscard]] Result<std::shared_ptr<const Catalogue>> make_catalogue(std::vector<System> systems);

}  // namespace celadon::systems
