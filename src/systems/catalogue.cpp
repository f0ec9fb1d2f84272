#include "systems/system.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace celadon::systems {
namespace {

Type type_of(const Field& field) {
  if (field.is_list()) return Type::list;
  switch (field.type) {
    case FieldType::text:
    case FieldType::code:
    case FieldType::reference:
    case FieldType::site: return Type::text;
    case FieldType::number:
    case FieldType::whole: return Type::number;
    case FieldType::yes_no: return Type::boolean;
    case FieldType::date: return Type::date;
    case FieldType::time: return Type::time;
    case FieldType::point:
    case FieldType::line:
    case FieldType::area: return Type::geometry;
    case FieldType::files: return Type::list;
  }
  return Type::none;
}

Unexpected<Error> refuse(const System& system, int line, const std::string& field, const std::string& reason) {
  return fail(Errc::invalid_value,
              fmt::format("{}:{}: {}{}", system.file, line, field.empty() ? "" : field + ": ", reason), field);
}

/// What every record answers to beside its fields.
std::optional<Scope::Known> known_of_record(const Register& type, std::string_view name) {
  if (name == "id") return Scope::Known{.type = Type::text};
  if (name == "opened") return Scope::Known{.type = Type::date};
  if (!type.lifecycle) return std::nullopt;
  if (name == "since_state") return Scope::Known{.type = Type::number, .unit = "d"};
  if (name == "overdue") return Scope::Known{.type = Type::boolean};
  if (name == "state")
    return Scope::Known{.type = Type::text,
                        .allows = [&type](std::string_view text) { return type.lifecycle->state(text) != nullptr; },
                        .words = "a state of " + type.id};
  return std::nullopt;
}

/// What a name means in a register; nothing where neither is.
std::optional<Scope::Known> known_in(const Catalogue& catalogue, std::string_view register_id, std::string_view name) {
  const auto* const type = catalogue.find(register_id);
  if (type == nullptr) return std::nullopt;
  const auto* const field = type->field(name);
  if (field == nullptr) return known_of_record(*type, name);
  Scope::Known known{.type = type_of(*field), .unit = field->unit};
  if (field->type == FieldType::reference) known.refers_to = field->of;
  if (field->codes != nullptr) {
    known.allows = [codes = field->codes](std::string_view text) { return codes->find(text) != nullptr; };
    known.words = "a code of " + field->of;
  }
  return known;
}

}  // namespace

Scope scope_of(const Catalogue& catalogue) {
  Scope scope;
  scope.field = [&catalogue](std::string_view register_id, std::string_view name) {
    return known_in(catalogue, register_id, name);
  };
  scope.has_register = [&catalogue](std::string_view register_id) { return catalogue.find(register_id) != nullptr; };
  return scope;
}

/// Resolves and types; the catalogue stands still meanwhile, so pointers into it are good.
class CatalogueMaker {
 public:
  explicit CatalogueMaker(Catalogue& catalogue) : catalogue_(catalogue), scope_(scope_of(catalogue)) {}

  Result<void> make() {
    auto good = index();
    for (auto& system : catalogue_.systems_) {
      for (auto& type : system.registers) {
        if (good) good = resolve(system, type);
      }
    }
    for (auto& system : catalogue_.systems_) {
      for (auto& type : system.registers) {
        if (good) good = check(system, type);
        note_sums(type);
      }
    }
    return good;
  }

 private:
  Result<void> index() {
    std::map<std::string_view, const System*> ids;
    for (std::size_t s = 0; s < catalogue_.systems_.size(); ++s) {
      const auto& system = catalogue_.systems_[s];
      const auto [there, is_new] = ids.emplace(system.id, &system);
      if (!is_new)
        return refuse(system, system.line, "system", "'" + system.id + "' is also that of " + there->second->file);
      for (std::size_t i = 0; i < system.codes.size(); ++i) {
        const auto& list = system.codes[i];
        const auto [at, added] = catalogue_.codes_.emplace(list.id, std::pair(s, i));
        if (!added)
          return refuse(system, list.line, "id",
                        "code list '" + list.id + "' is also in " + catalogue_.systems_[at->second.first].file);
      }
      for (std::size_t i = 0; i < system.registers.size(); ++i) {
        const auto& type = system.registers[i];
        const auto [at, added] = catalogue_.registers_.emplace(type.id, std::pair(s, i));
        if (!added)
          return refuse(system, type.line, "id",
                        "register '" + type.id + "' is also in " + catalogue_.systems_[at->second.first].file);
      }
    }
    return {};
  }

  Result<void> resolve(const System& system, Register& type) {
    for (auto& field : type.fields) {
      if (field.type == FieldType::code) {
        field.codes = catalogue_.codes(field.of);
        if (field.codes == nullptr) return refuse(system, field.line, "of", "there is no code list '" + field.of + "'");
      }
      if (field.type == FieldType::reference && catalogue_.find(field.of) == nullptr)
        return refuse(system, field.line, "of", "there is no register '" + field.of + "'");
    }
    const auto* const coloured = type.field(type.map.colour_by);
    for (const auto& [value, colour] : type.map.colours) {
      if (coloured != nullptr && coloured->codes != nullptr && coloured->codes->find(value) == nullptr)
        return refuse(system, type.line, "colours", "'" + value + "' is not a code of " + coloured->of);
    }
    return {};
  }

  Result<void> gives(const System& system, const std::string& field, const Expression& expression, Type wanted,
                     std::string_view unit = {}) const {
    const auto good = expression.check_gives(scope_, wanted, unit);
    return good ? good : refuse(system, expression.line(), field, good.error().detail);
  }

  Result<void> check(const System& system, const Register& type) {
    scope_.register_id = type.id;
    Result<void> good;
    const auto take = [&](const char* name, const std::shared_ptr<const Expression>& expression, Type wanted,
                          std::string_view unit = {}) {
      if (good && expression) good = gives(system, name, *expression, wanted, unit);
    };
    for (const auto& field : type.fields) take("formula", field.formula, type_of(field), field.unit);
    for (const auto& rule : type.checks) {
      take("when", rule.when, Type::boolean);
      take("must", rule.must, Type::boolean);
    }
    if (type.lifecycle) {
      for (const auto& step : type.lifecycle->steps) {
        for (const auto& must : step.must) take("that", must.that, Type::boolean);
      }
    }
    for (const auto& view : type.views) take("where", view.where, Type::boolean);
    for (const auto& indicator : type.indicators) take("formula", indicator.formula, Type::number, indicator.unit);
    if (!good) return good;
    if (!type.enterprise.empty() && type.enterprise != type.key && type.enterprise != "id" &&
        type.field(type.enterprise)->of != "enterprise")
      return refuse(system, type.line, "enterprise", "'" + type.enterprise + "' must refer to the register enterprise");
    return {};
  }

  void note_sums(Register& type) {
    for (const auto& field : type.fields) {
      if (!field.formula) continue;
      for (auto& reach : field.formula->reaches()) {
        type.looks_beyond = true;
        const std::string over = reach.register_id.empty() ? type.id : reach.register_id;
        catalogue_.summers_[over].push_back({&type, std::move(reach)});
      }
    }
    const auto reaches = [](const std::shared_ptr<const Expression>& one) { return one && !one->reaches().empty(); };
    for (const auto& rule : type.checks) type.looks_beyond |= reaches(rule.when) || reaches(rule.must);
  }

  Catalogue& catalogue_;
  Scope scope_;
};

const Register* Catalogue::find(std::string_view register_id) const {
  const auto found = registers_.find(register_id);
  return found == registers_.end() ? nullptr : &systems_[found->second.first].registers[found->second.second];
}

const CodeList* Catalogue::codes(std::string_view id) const {
  const auto found = codes_.find(id);
  return found == codes_.end() ? nullptr : &systems_[found->second.first].codes[found->second.second];
}

std::vector<Catalogue::Referrer> Catalogue::referrers_of(std::string_view register_id) const {
  std::vector<Referrer> referrers;
  for (const auto& system : systems_) {
    for (const auto& type : system.registers) {
      for (const auto& field : type.fields) {
        if (field.type == FieldType::reference && field.of == register_id) referrers.push_back({&type, &field});
      }
    }
  }
  return referrers;
}

const std::vector<Catalogue::Summer>& Catalogue::summers_of(std::string_view register_id) const {
  static const std::vector<Summer> none;
  const auto found = summers_.find(register_id);
  return found == summers_.end() ? none : found->second;
}

Result<std::shared_ptr<const Catalogue>> make_catalogue(std::vector<System> systems) {
  const auto catalogue = std::make_shared<Catalogue>();
  catalogue->systems_ = std::move(systems);
  const auto good = CatalogueMaker(*catalogue).make();
  if (!good) return fail(good.error());
  return std::shared_ptr<const Catalogue>(catalogue);
}

}  // namespace celadon::systems
