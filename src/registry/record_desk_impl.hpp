#pragma once

#include "registry/record_desk.hpp"
#include "registry/record_facts.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <utility>

namespace celadon::registry {

[[nodiscard]] inline Unexpected<Refusal> refuse(Errc code, std::string detail, std::string field = {}) {
  return Unexpected<Refusal>{Refusal{{code, std::move(detail), std::move(field)}, {}, {}}};
}
[[nodiscard]] inline Unexpected<Refusal> refuse(Error error) {
  return Unexpected<Refusal>{Refusal{std::move(error), {}, {}}};
}
/// All that was found, at once.
[[nodiscard]] Unexpected<Refusal> refuse(std::vector<systems::Finding> findings);
[[nodiscard]] bool has_role(const people::Caller& caller, std::string_view role);
/// A role of the list, or admin.
[[nodiscard]] bool has_any(const people::Caller& caller, const std::vector<std::string>& roles);
[[nodiscard]] bool is_in(const ledger::RowScope& scope, const std::string& division, const std::string& enterprise);
/// Who acts when time or an event does.
[[nodiscard]] people::Caller platform();

/// How much of a register somebody sees.
enum class Sight : std::uint8_t { none, open, full };

/// A change worked out and not yet stored.
struct Draft {
  const systems::Register* type = nullptr;
  Matter matter;
  std::int64_t stands_on = 0;  ///< revision it was made upon; 0: new
  bool is_unchanged = false;
  std::vector<systems::Finding> findings;
};

class RecordDesk::Impl {
 public:
  explicit Impl(Parts parts);

  // record_desk.cpp: wiring and rights
  [[nodiscard]] const systems::Catalogue& catalogue() const { return *current_.load(); }
  void use(std::shared_ptr<const systems::Catalogue> catalogue);
  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Sight sight(const people::Caller& caller, const systems::Register& type) const;
  [[nodiscard]] bool may(const people::Caller& caller, const systems::Register& type, Act act) const;
  /// Whether nothing but the public's right lets the caller create.
  [[nodiscard]] bool creates_as_public(const people::Caller& caller, const systems::Register& type) const;
  [[nodiscard]] FactSource source() const;
  [[nodiscard]] Result<const systems::Register*> type_of(const std::string& register_id) const;
  /// By the register's pattern; the id where that gives nothing.
  [[nodiscard]] std::string title_of(const systems::Register& type, const Matter& matter) const;
  void audit_refusal(const people::Caller& caller, const std::string& object, const std::string& act) const;
  [[nodiscard]] ledger::AuditEntry done_entry(const std::string& who, const std::string& action, const Matter& matter,
                                              const std::string& detail) const;
  void tell(const Matter& matter) const;
  /// Stores a version of a record, with what the audit says of it, and gives it with what the ledger added.
  [[nodiscard]] Result<Matter> store(const systems::Register& type, const Matter& matter, std::int64_t stands_on,
                                     const std::string& action, const std::string& detail = "") const;
  [[nodiscard]] ledger::RecordPut put_of(const systems::Register& type, const Matter& matter,
                                         std::int64_t stands_on) const;

  // find.cpp
  [[nodiscard]] Result<Matter> get(const people::Caller& caller, const std::string& register_id, const std::string& id,
                                   std::optional<Instant> as_known_at) const;
  [[nodiscard]] Result<std::vector<Matter>> history(const people::Caller& caller, const std::string& register_id,
                                                    const std::string& id) const;
  [[nodiscard]] Result<Page> find(const people::Caller& caller, ledger::RecordQuery query,
                                  const std::string& view) const;
  [[nodiscard]] Result<std::vector<Related>> related(const people::Caller& caller, const std::string& register_id,
                                                     const std::string& id, std::size_t limit) const;
  [[nodiscard]] std::map<std::string, std::string> names(const people::Caller& caller, const Matter& matter) const;
  [[nodiscard]] Result<systems::Value> indicator(const people::Caller& caller, const std::string& register_id,
                                                 const std::string& indicator) const;
  /// As get, and no audit: a look that the desk itself takes. `is_outside` tells a row that is there from none.
  [[nodiscard]] Result<Matter> look(const people::Caller& caller, const systems::Register& type, const std::string& id,
                                    std::optional<Instant> as_known_at, bool& is_outside) const;
  /// Leaves what the caller may see.
  void prune(Sight sight, const systems::Register& type, Matter& matter) const;

  /// What a query asks about, for whoever may read it: the register, how much is seen of it, and the view where one is
  /// named. Errors   not_found, audited where it is not the caller's.
  struct Asked {
    const systems::Register* type;
    Sight sees;
    const systems::View* view;
  };
  [[nodiscard]] Result<Asked> asked(const people::Caller& caller, const std::string& register_id,
                                    const std::string& view) const;

  // record_counts.cpp
  /// Narrows a query to the caller's rows and a view's condition.
  [[nodiscard]] Result<Sight> limit_query(const people::Caller& caller, ledger::RecordQuery& query,
                                          const std::string& view) const;

  // record_save.cpp
  [[nodiscard]] Outcome<Draft> draft(const people::Caller& caller, const Change& change, Instant now) const;
  [[nodiscard]] Outcome<Matter> preview(const people::Caller& caller, const Change& change) const;
  [[nodiscard]] Outcome<Matter> save(const people::Caller& caller, const Change& change);
  [[nodiscard]] std::vector<Outcome<Matter>> save_each(const people::Caller& caller,
                                                       const std::vector<Change>& changes);
  /// The report of the public that was stored under the same random key: its id, state and code, nothing else.
  [[nodiscard]] std::optional<Matter> sent_before(const people::Caller& caller, const Change& change,
                                                  const Refusal& refusal) const;
  [[nodiscard]] Outcome<Matter> withdraw(const people::Caller& caller, const std::string& register_id,
                                         const std::string& id, std::int64_t revision, const std::string& why);
  /// The record that stands, for a change of it. Errors   not_found also outside the caller's rows, audited.
  [[nodiscard]] Outcome<Matter> standing(const people::Caller& caller, const systems::Register& type,
                                         const std::string& id, const std::string& act) const;
  /// Works out the register's formulas of one record.
  [[nodiscard]] Result<void> compute(const systems::Register& type, Instant now, Matter& matter) const;
  /// Merges values, computes, checks fields, links and the pack's checks; adds to draft.findings.
  [[nodiscard]] Result<void> work_out(const people::Caller& caller, const systems::Values& asked,
                                      const systems::Values& before, Instant now, Draft& draft) const;

  // record_steps.cpp, record_evidence.cpp
  [[nodiscard]] Outcome<Matter> take(const people::Caller& caller, const StepRequest& request);
  /// The step itself, rights to the row being settled.
  [[nodiscard]] Outcome<Matter> take_step(const people::Caller& caller, const systems::Register& type, Matter matter,
                                          const StepRequest& request);
  [[nodiscard]] Result<std::vector<Possible>> possible(const people::Caller& caller, const Matter& matter) const;
  [[nodiscard]] Result<void> check_step(const systems::Register& type, const systems::Step& step, const Matter& matter,
                                        Instant now, std::vector<systems::Finding>& findings) const;
  [[nodiscard]] Result<void> check_evidence(const systems::Register& type, const systems::Step& step,
                                            const Matter& matter, Instant now, std::vector<Given>& given,
                                            std::vector<systems::Finding>& findings) const;
  [[nodiscard]] Result<Followed> follow(const std::string& code) const;
  [[nodiscard]] Outcome<Matter> reopen_by_code(const std::string& code, const std::string& why);
  [[nodiscard]] Result<Matter> by_code(const std::string& code) const;

  // record_sums.cpp
  /// Tells of changes that are stored, and keeps true what counts or sums over them; where that fails the audit says
  /// so. The writer's lock must be free.
  void spread(std::vector<Matter> changed);
  /// Works out anew the formulas of other records that count or sum over these, and over what these were before; then
  /// those that sum over them.
  [[nodiscard]] Result<void> follow_sums(std::vector<Matter> changed);

  // tick.cpp, record_events.cpp, likeness.cpp
  [[nodiscard]] Result<void> tick();
  /// Events noticed while nobody told of them: between their storing and the end of the program before this one.
  [[nodiscard]] Result<void> catch_up(Instant now);
  /// Works out anew, once in each day of the law, the formulas that ask the day; a change is a revision by the platform.
  [[nodiscard]] Result<void> follow_day(Instant now);
  [[nodiscard]] Result<void> tick_one(const systems::Register& type, const std::string& id, Instant now);
  [[nodiscard]] Result<void> take_event(const ledger::Event& event);
  /// Takes a step that an event takes, of each record that it is about.
  [[nodiscard]] Result<void> step_on_event(const systems::Register& type, const systems::Step& step,
                                           const ledger::Event& event);
  /// What a reference takes for a measuring site: the record of its register that stands there or, where that has no
  /// sites, the enterprise to whom what stands there belongs; none where it is not one.
  [[nodiscard]] Result<systems::Value> record_of_site(const systems::Field& field, const std::string& site) const;
  /// The record of that register for an event, withdrawn ones too; nothing where there is none.
  [[nodiscard]] Result<std::optional<ledger::Record>> record_of_event(const systems::Register& type,
                                                                      const std::string& name) const;
  [[nodiscard]] Result<std::multimap<std::int64_t, Matter>> of_events(const people::Caller& caller,
                                                                      const std::vector<std::int64_t>& events) const;
  [[nodiscard]] Result<std::vector<Alike>> alike(const people::Caller& caller, const std::string& register_id,
                                                 const systems::Values& values, std::size_t limit) const;

  [[nodiscard]] Result<Neighbourhood> near(const std::string& register_id, const LonLat& place) const;

  Parts parts_;
  mutable std::mutex writing_;  ///< one change at a time: what was checked still holds when it is stored
  mutable std::mutex telling_;
  std::vector<std::function<void(const Matter&)>> told_;

 private:
  // record_save.cpp
  [[nodiscard]] Result<void> check_references(const people::Caller& caller, const systems::Field& field,
                                              const systems::Value& value,
                                              std::vector<systems::Finding>& findings) const;
  [[nodiscard]] Result<void> check_links(const people::Caller& caller, const systems::Values& before,
                                         Draft& draft) const;
  [[nodiscard]] Result<void> check_unique(const systems::Field& field, const systems::Value& value, Draft& draft) const;
  [[nodiscard]] Outcome<void> begin_new(const people::Caller& caller, const Change& change, Draft& draft) const;
  [[nodiscard]] Outcome<void> begin_change(const people::Caller& caller, const Change& change, Draft& draft) const;
  [[nodiscard]] Result<void> give_id(Draft& draft);
  /// Stores what waits, in one transaction; what came of each stands in `outcomes`.
  void flush(const people::Caller& caller, std::vector<std::pair<std::size_t, Draft>>& waiting,
             std::vector<Outcome<Matter>>& outcomes);
  // record_evidence.cpp
  [[nodiscard]] Result<void> check_file(const systems::Register& type, const systems::Evidence& wanted,
                                        const Matter& matter, Instant now, const Given& given,
                                        std::vector<systems::Finding>& findings) const;
  [[nodiscard]] Result<void> check_measurement(const systems::Register& type, const systems::Evidence& wanted,
                                               const Matter& matter, Instant now, Given& given,
                                               std::vector<systems::Finding>& findings) const;
  [[nodiscard]] Result<std::string> user_of_evidence(const std::string& hash, const Matter& matter) const;
  // record_sums.cpp
  [[nodiscard]] Result<void> note_reached(const Matter& changed,
                                          std::set<std::pair<std::string, std::string>>& reached) const;
  [[nodiscard]] Result<std::optional<Matter>> sum_anew(const std::string& register_id, const std::string& id,
                                                       const std::string& why);
  // find.cpp
  [[nodiscard]] Result<Page> find_by_view(const people::Caller& caller, const systems::Register& type,
                                          ledger::RecordQuery query, const systems::View& view, Sight sees) const;
  [[nodiscard]] Result<void> limit_to_open(const systems::Register& type, ledger::RecordQuery& query,
                                           const systems::View* view) const;
  // likeness.cpp
  [[nodiscard]] Result<std::optional<WindNear>> wind_near(const LonLat& place, Instant now) const;

  std::atomic<bool> caught_up_ = false;
  std::atomic<std::int32_t> day_followed_ = INT32_MIN;
  std::atomic<const systems::Catalogue*> current_;
  std::vector<std::shared_ptr<const systems::Catalogue>> kept_;  ///< references into older ones stay good
  std::mutex keeping_;
};

}  // namespace celadon::registry
