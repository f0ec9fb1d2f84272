#pragma once

#include "archive/archive.hpp"
#include "core/result.hpp"
#include "ledger/attachments.hpp"
#include "ledger/audit.hpp"
#include "ledger/records.hpp"
#include "people/people.hpp"
#include "systems/record.hpp"
#include "systems/system.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace celadon::registry {

/// What was given as evidence for a step.
struct Given {
  std::string id;              ///< of the evidence the pack demands
  std::string file;            ///< hash of an attachment
  std::string site, property;  ///< of a measurement
  Instant from, to;
  std::string note;
  std::int64_t count = 0;  ///< of a measurement: values that counted when the step was taken; set by the desk
  double mean = 0, highest = 0;
};

/// A step that was taken; part of the record's body, so that history shows all.
struct Taken {
  std::string step, from, to, who, why;
  Instant at;
  std::vector<Given> evidence;
};

/// A record as its body says.
struct Matter {
  std::string register_id, id;
  std::int64_t revision = 0;
  Instant valid_from, known_at, opened, since_state;
  std::string who, why, title, state;
  systems::Values values;
  std::vector<Taken> steps;
  struct Due {
    std::string deadline;
    LegalDay ends;
    bool overdue = false, warned = false;
    std::string escalated_to;  ///< role; empty
    int escalations = 0;       ///< how many of the deadline's have happened
  };
  /// That run now. The day of a look-back stands among them as deadline `look_back_due`; its words are
  /// look_back.name's.
  std::vector<Due> dues;
  std::vector<systems::Finding> findings;  ///< warnings
  bool gone = false;
  LegalDay found_on;                  ///< day of the finding: of the event, else the day the record was opened
  std::optional<LegalDay> look_back;  ///< while the record waits for it
  std::string event;                  ///< number of the event of watch that opened it; empty
  std::string follow;                 ///< code of a public reporter; given by save() to who made it, in no other answer
};
inline constexpr std::string_view look_back_due = "look-back";

/// What a follow code shows.
struct Followed {
  std::string register_id, title;
  std::vector<std::pair<std::string, Instant>> states;  ///< each with when it began, oldest first
  std::vector<std::string> steps;                       ///< that led to each state; empty for the first
  systems::Values values;                               ///< open fields and, where there is one, `outcome`
  bool may_reopen = false;
  std::optional<Instant> reopen_until;     ///< the last moment to say "not solved"; none where it has no end or is past
  std::vector<Matter::Due> dues;           ///< what the bureau has promised, as of now
  std::vector<std::string> outcome_files;  ///< hashes of what a person has made public
};

/// Reports near a place as anybody may know them: how many of a kind on a day in a square of `rough_m`.
struct Nearby {
  std::string kind;  ///< code, or empty
  LonLat rough;      ///< middle of the square
  LegalDay day;      ///< opened
  std::int64_t count = 0;
};
inline constexpr double rough_m = 500;

/// Where the wind comes from, measured near a place.
struct WindNear {
  std::string site;
  double from_deg = 0;
  std::optional<double> speed_m_s;
  Instant at;
};
struct Neighbourhood {
  std::vector<Nearby> items;  ///< newest first
  std::optional<WindNear> wind;
};

/// The field whose value makes a report that is sent again the same report: the page draws it at random (128 bits).
inline constexpr std::string_view resend_field = "client_key";
inline constexpr std::size_t resend_key_bytes_min = 32;

/// A change somebody asks for.
struct Change {
  std::string register_id, id;                    ///< empty id: new
  std::optional<std::int64_t> expected_revision;  ///< needed where the record exists
  systems::Values values;                         ///< a value of none empties the field; fields not named stay
  std::optional<Instant> valid_from;
  std::string why;
  std::int64_t event = 0;  ///< of a new record: the event of watch it is opened for, as the packs' opens_on do; 0: none
};

/// A refusal with everything that was found.
struct Refusal {
  Error error;
  std::vector<systems::Finding> findings;
  std::optional<Matter> newest;  ///< on conflict: what stands there now
};
template <class T>
using Outcome = Expected<T, Refusal>;

struct Parts {
  std::shared_ptr<const systems::Catalogue> catalogue;
  const systems::WorkCalendar& calendar;
  ledger::Ledger& ledger;
  ledger::Records& records;
  ledger::Attachments& attachments;
  ledger::Audit& audit;
  archive::Archive& archive;
  std::function<Instant()> clock = now;
};

/// The one way registers and cases change: rights, fields, checks, references, steps, deadlines; then the ledger.
class RecordDesk {
 public:
  explicit RecordDesk(Parts parts);
  ~RecordDesk();

  [[nodiscard]] const systems::Catalogue& catalogue() const;
  /// Another reading of the packs; what catalogue() gave before stays valid.
  void use(std::shared_ptr<const systems::Catalogue> catalogue);
  /// Makes what records are found by anew, where a pack says otherwise than when they were stored. Before the first
  /// request and after use(). Errors   invalid_value where a register's name is one of the ledger's own.
  [[nodiscard]] Result<void> prepare();
  /// Whether the caller may read, write, create, withdraw in a register at all.
  enum class Act : std::uint8_t { read, write, create, withdraw };
  [[nodiscard]] bool may(const people::Caller& caller, const systems::Register& type, Act act) const;

  /// Errors   not_found also for rows outside the caller's rights (and the attempt is in the audit).
  [[nodiscard]] Result<Matter> get(const people::Caller& caller, const std::string& register_id, const std::string& id,
                                   std::optional<Instant> as_known_at = {}) const;
  [[nodiscard]] Result<std::vector<Matter>> history(const people::Caller& caller, const std::string& register_id,
                                                    const std::string& id) const;
  /// `query.kind` is the register; the scope is the caller's. `view` adds the condition of a view.
  /// Values are compared as face_value() of record_body.hpp writes them. Who has only the open fields of a register may
  /// not search or sort by others (refused).
  struct Page {
    std::vector<Matter> items;
    std::string next;
    std::optional<std::int64_t> total;
    bool total_is_more = false;
  };
  [[nodiscard]] Result<Page> find(const people::Caller& caller, ledger::RecordQuery query,
                                  const std::string& view = "") const;
  /// Number by value of a field (or "state"), the most frequent first; rights and view as find(). Errors invalid_value
  /// with field `view` where its condition is none that an index knows.
  [[nodiscard]] Result<std::vector<std::pair<std::string, std::int64_t>>> tally(const people::Caller& caller,
                                                                                ledger::RecordQuery query,
                                                                                const std::string& view,
                                                                                const std::string& by) const;
  /// Points inside `query.within`, at most `limit`, with the value of `colour_by`, which may be empty.
  [[nodiscard]] Result<std::vector<ledger::RecordPlace>> places(const people::Caller& caller, ledger::RecordQuery query,
                                                                const std::string& view,
                                                                const std::string& colour_by) const;
  /// What a caller may see of the points of a register, for who keeps them in memory: ledger::placed_records().
  struct MapSight {
    bool with_title = false, with_state = false, with_colour = false;  ///< else the id stands for the title
    ledger::RowScope scope;                                            ///< of rows; nobody's limit where it says nothing
  };
  /// Errors   those of places(), for a box without conditions.
  [[nodiscard]] Result<MapSight> map_sight(const people::Caller& caller, const std::string& register_id) const;
  /// Records of other registers that refer to this one, by register and field, the newest first.
  struct Related {
    const systems::Register* from;
    const systems::Field* field;
    Page page;
  };
  [[nodiscard]] Result<std::vector<Related>> related(const people::Caller& caller, const std::string& register_id,
                                                     const std::string& id, std::size_t limit) const;

  /// Titles of what the record refers to, by field; several are parted by "; ". Only what the caller may see.
  [[nodiscard]] std::map<std::string, std::string> names(const people::Caller& caller, const Matter& matter) const;

  /// What a change would come to, without storing: the record as it would be, `findings` holding errors too.
  [[nodiscard]] Outcome<Matter> preview(const people::Caller& caller, const Change& change) const;
  [[nodiscard]] Outcome<Matter> save(const people::Caller& caller, const Change& change);
  /// Several, each by itself: good ones are kept. In step with `changes`.
  [[nodiscard]] std::vector<Outcome<Matter>> save_each(const people::Caller& caller, const std::vector<Change>& changes,
                                                       bool only_preview);
  [[nodiscard]] Outcome<Matter> withdraw(const people::Caller& caller, const std::string& register_id,
                                         const std::string& id, std::int64_t revision, const std::string& why);
  struct StepRequest {
    std::string register_id, id, step, why;
    std::int64_t revision = 0;
    systems::Values values;
    std::vector<Given> evidence;
  };
  [[nodiscard]] Outcome<Matter> take(const people::Caller& caller, const StepRequest& request);
  /// Steps the caller could take now, each with what is missing of needs, musts, times and days. Evidence and the
  /// reason come with the step itself and are not listed.
  struct Possible {
    const systems::Step* step;
    std::vector<systems::Finding> missing;
  };
  [[nodiscard]] Result<std::vector<Possible>> possible(const people::Caller& caller, const Matter& matter) const;
  /// Records like this one: near in place and time and alike in words (of a complaint: also upwind).
  struct Alike {
    Matter matter;
    double distance_m = 0, likeness = 0;  ///< likeness 0 to 1
    std::optional<double>
        wind;  ///< how far both lie in one line of the wind, 0 to 1; none: no wind known near, or calm
  };
  [[nodiscard]] Result<std::vector<Alike>> alike(const people::Caller& caller, const std::string& register_id,
                                                 const systems::Values& values, std::size_t limit) const;

  /// Reports of the last thirty days within about two kilometres, for everybody: only of registers that the public may
  /// report to. What it says depends on squares alone, so that asking from many places finds no single one.
  [[nodiscard]] Result<Neighbourhood> near(const std::string& register_id, const LonLat& place) const;

  /// By the code a public reporter was given. Errors   not_found, one wording.
  [[nodiscard]] Result<Followed> follow(const std::string& code) const;
  /// A file that a follow code shows. Errors   not_found also for a file that is not public.
  [[nodiscard]] Result<ledger::Attachment> followed_file(const std::string& code, const std::string& hash) const;
  /// "Not solved": the step of the present state that `public` may take.
  [[nodiscard]] Outcome<Matter> reopen_by_code(const std::string& code, const std::string& why);

  /// The records of cases that were opened for these events of watch, by the number of the event, withdrawn ones
  /// too; what the caller may not read in full is left out.
  [[nodiscard]] Result<std::multimap<std::int64_t, Matter>> of_events(const people::Caller& caller,
                                                                      const std::vector<std::int64_t>& events) const;

  /// Opens records for an event of watch, by the packs' opens_on, once per event; then takes the steps that wait for
  /// it.
  Result<void> take_event(const ledger::Event& event);
  /// Deadlines that ended or warn, escalations and look-backs due. Called every minute; the first time also takes the
  /// events of the last day, in case the program ended between an event and its record.
  Result<void> tick();
  /// Told of each change that is stored.
  void on_change(std::function<void(const Matter&)> told);
  /// Value of a register's indicator as of now.
  [[nodiscard]] Result<systems::Value> indicator(const people::Caller& caller, const std::string& register_id,
                                                 const std::string& indicator) const;

  /// JSON of a body and back, for the ledger and the API.
  [[nodiscard]] static std::string to_body(const Matter& matter);
  [[nodiscard]] Result<Matter> from_revision(const ledger::Revision& revision) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace celadon::registry
