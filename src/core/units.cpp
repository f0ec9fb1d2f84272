#include "core/units.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace celadon {
namespace {

struct Atom {
  std::string_view code;
  double scale;
  double offset;
  signed char length, mass, time, temperature, current, amount, luminous;
  bool takes_prefix;
  std::string_view kind;
};

// Coherent units: m, g, s, K, A, mol, cd. UCUM tables 2-5, as far as environmental monitoring uses them.
constexpr std::array atoms = {
    Atom{"m", 1, 0, 1, 0, 0, 0, 0, 0, 0, true, ""},
    Atom{"g", 1, 0, 0, 1, 0, 0, 0, 0, 0, true, ""},
    Atom{"s", 1, 0, 0, 0, 1, 0, 0, 0, 0, true, ""},
    Atom{"min", 60, 0, 0, 0, 1, 0, 0, 0, 0, false, ""},
    Atom{"h", 3600, 0, 0, 0, 1, 0, 0, 0, 0, false, ""},
    Atom{"d", 86400, 0, 0, 0, 1, 0, 0, 0, 0, false, ""},
    Atom{"mo", 2629800, 0, 0, 0, 1, 0, 0, 0, 0, false, ""},
    Atom{"a", 31557600, 0, 0, 0, 1, 0, 0, 0, 0, false, ""},
    Atom{"L", 1e-3, 0, 3, 0, 0, 0, 0, 0, 0, true, ""},
    Atom{"l", 1e-3, 0, 3, 0, 0, 0, 0, 0, 0, true, ""},
    Atom{"t", 1e6, 0, 0, 1, 0, 0, 0, 0, 0, true, ""},
    Atom{"har", 1e4, 0, 2, 0, 0, 0, 0, 0, 0, false, ""},
    Atom{"K", 1, 0, 0, 0, 0, 1, 0, 0, 0, true, ""},
    Atom{"Cel", 1, 273.15, 0, 0, 0, 1, 0, 0, 0, false, ""},
    Atom{"Pa", 1e3, 0, -1, 1, -2, 0, 0, 0, 0, true, ""},
    Atom{"bar", 1e8, 0, -1, 1, -2, 0, 0, 0, 0, true, ""},
    Atom{"J", 1e3, 0, 2, 1, -2, 0, 0, 0, 0, true, ""},
    Atom{"W", 1e3, 0, 2, 1, -3, 0, 0, 0, 0, true, ""},
    Atom{"V", 1e3, 0, 2, 1, -3, 0, -1, 0, 0, true, ""},
    Atom{"A", 1, 0, 0, 0, 0, 0, 1, 0, 0, true, ""},
    Atom{"S", 1e-3, 0, -2, -1, 3, 0, 2, 0, 0, true, ""},
    Atom{"Hz", 1, 0, 0, 0, -1, 0, 0, 0, 0, true, ""},
    Atom{"mol", 1, 0, 0, 0, 0, 0, 0, 1, 0, true, ""},
    Atom{"cd", 1, 0, 0, 0, 0, 0, 0, 0, 1, true, ""},
    Atom{"Bq", 1, 0, 0, 0, -1, 0, 0, 0, 0, true, "activity"},
    Atom{"Sv", 1, 0, 2, 0, -2, 0, 0, 0, 0, true, "dose"},
    Atom{"Gy", 1, 0, 2, 0, -2, 0, 0, 0, 0, true, ""},
    Atom{"deg", 1, 0, 0, 0, 0, 0, 0, 0, 0, false, "angle"},
    Atom{"%", 1e-2, 0, 0, 0, 0, 0, 0, 0, 0, false, ""},
    Atom{"[ppth]", 1e-3, 0, 0, 0, 0, 0, 0, 0, 0, false, ""},
    Atom{"[ppm]", 1e-6, 0, 0, 0, 0, 0, 0, 0, 0, false, ""},
    Atom{"[ppb]", 1e-9, 0, 0, 0, 0, 0, 0, 0, 0, false, ""},
    Atom{"[pH]", 1, 0, 0, 0, 0, 0, 0, 0, 0, false, "pH"},
    Atom{"dB", 1, 0, 0, 0, 0, 0, 0, 0, 0, false, "sound level"},
    Atom{"NTU", 1, 0, 0, 0, 0, 0, 0, 0, 0, false, "turbidity"},
};

struct Prefix {
  std::string_view code;
  double factor;
};
constexpr std::array prefixes = {Prefix{"da", 1e1}, Prefix{"k", 1e3},  Prefix{"M", 1e6},  Prefix{"G", 1e9},
                                 Prefix{"T", 1e12}, Prefix{"h", 1e2},  Prefix{"d", 1e-1}, Prefix{"c", 1e-2},
                                 Prefix{"m", 1e-3}, Prefix{"u", 1e-6}, Prefix{"n", 1e-9}, Prefix{"p", 1e-12}};

// Spellings met in tables and files that are not UCUM.
struct Spelling {
  std::string_view seen, ucum;
};
constexpr std::array spellings = {Spelling{"degC", "Cel"},
                                  Spelling{"℃", "Cel"},
                                  Spelling{"°C", "Cel"},
                                  Spelling{"pH", "[pH]"},
                                  Spelling{"ph", "[pH]"},
                                  Spelling{"无量纲", "1"},
                                  Spelling{"", "1"},
                                  Spelling{"ppm", "[ppm]"},
                                  Spelling{"ppb", "[ppb]"},
                                  Spelling{"μS/cm", "uS/cm"},
                                  Spelling{"µS/cm", "uS/cm"},
                                  Spelling{"μg/m³", "ug/m3"},
                                  Spelling{"µg/m³", "ug/m3"},
                                  Spelling{"μg/m3", "ug/m3"},
                                  Spelling{"µg/m3", "ug/m3"},
                                  Spelling{"mg/m³", "mg/m3"},
                                  Spelling{"m³", "m3"},
                                  Spelling{"m³/s", "m3/s"},
                                  Spelling{"μg/L", "ug/L"},
                                  Spelling{"µg/L", "ug/L"},
                                  Spelling{"degree (angle)", "deg"},
                                  Spelling{"kW·h", "kW.h"},
                                  Spelling{"cells/L", "{cells}/L"},
                                  Spelling{"个/L", "{cells}/L"},
                                  Spelling{"count/L", "{count}/L"},
                                  Spelling{"r/min", "{rev}/min"},
                                  Spelling{"unit", "{unit}"}};

const Atom* find_atom(std::string_view code) {
  for (const auto& atom : atoms) {
    if (atom.code == code) return &atom;
  }
  return nullptr;
}

/// Multiplies `unit` by one term such as "ug", "m3", "s-1", "{cells}" raised to `sign`.
bool apply_term(Unit& unit, std::string_view term, int sign, bool alone) {
  if (term.size() >= 2 && term.front() == '{' && term.back() == '}') {  // an annotation: counts things of that name
    if (!unit.kind.empty() || term.find_first_of("{}", 1) != term.size() - 1) return false;
    unit.kind = std::string(term);
    return true;
  }
  if (term == "1") return true;

  std::size_t name_end = term.size();
  while (name_end > 0 && term[name_end - 1] >= '0' && term[name_end - 1] <= '9') --name_end;
  int exponent = 1;
  std::string_view name = term;
  if (name_end < term.size() && name_end > 0) {
    std::from_chars(term.data() + name_end, term.data() + term.size(), exponent);
    name = term.substr(0, name_end);
    if (name.back() == '-' || name.back() == '+') {
      if (name.back() == '-') exponent = -exponent;
      name.remove_suffix(1);
    }
    if (exponent < -9 || exponent > 9) return false;
  }

  double factor = 1;
  const Atom* atom = find_atom(name);
  if (atom == nullptr) {
    for (const auto& prefix : prefixes) {
      if (!name.starts_with(prefix.code)) continue;
      const Atom* candidate = find_atom(name.substr(prefix.code.size()));
      if (candidate != nullptr && candidate->takes_prefix) {
        atom = candidate;
        factor = prefix.factor;
        break;
      }
    }
  }
  if (atom == nullptr) return false;
  if (atom->offset != 0) {  // degrees multiply nothing: only a temperature by itself has a zero point
    if (alone && exponent == 1 && sign == 1) unit.offset = atom->offset;
  }
  const int power = exponent * sign;
  unit.scale *= std::pow(factor * atom->scale, power);
  const auto add = [power](signed char& total, signed char part) {
    total = static_cast<signed char>(total + part * power);
  };
  add(unit.length, atom->length);
  add(unit.mass, atom->mass);
  add(unit.time, atom->time);
  add(unit.temperature, atom->temperature);
  add(unit.current, atom->current);
  add(unit.amount, atom->amount);
  add(unit.luminous, atom->luminous);
  if (!atom->kind.empty()) {
    if (!unit.kind.empty()) return false;
    unit.kind = std::string(atom->kind);
  }
  return true;
}

bool same_dimension(const Unit& a, const Unit& b) {
  return a.length == b.length && a.mass == b.mass && a.time == b.time && a.temperature == b.temperature &&
         a.current == b.current && a.amount == b.amount && a.luminous == b.luminous && a.kind == b.kind;
}

/// 0.001 where division made 0.0010000000000000002: a factor between decimal prefixes is a power of ten.
double tidy_factor(double factor) {
  const double power = std::round(std::log10(factor));
  const double exact = power >= 0 ? std::pow(10.0, power) : 1.0 / std::pow(10.0, -power);
  return std::abs(factor / exact - 1) < 1e-12 ? exact : factor;
}

}  // namespace

Result<Unit> parse_unit(std::string_view text) {
  std::string_view code = text;
  for (const auto& spelling : spellings) {
    if (spelling.seen == code) code = spelling.ucum;
  }
  Unit unit;
  unit.code = std::string(code);
  if (code.size() > 60)
    return fail(Errc::unknown_code, "a unit of " + std::to_string(code.size()) + " characters is not a unit");
  const bool alone = code.find_first_of("./") == std::string_view::npos;
  int sign = 1;
  std::string_view rest = code;
  while (true) {
    const std::size_t cut = rest.find_first_of("./");
    const std::string_view term = rest.substr(0, cut);
    const bool leading_slash = code.starts_with('/') && rest.size() == code.size();
    if (!leading_slash && !apply_term(unit, term, sign, alone)) {
      return fail(Errc::unknown_code, "unit '" + std::string(text) + "': '" + std::string(term) +
                                          "' is not a unit known here; use a UCUM code such as ug/m3, mg/L, Cel");
    }
    if (cut == std::string_view::npos) break;
    sign = rest[cut] == '/' ? -1 : 1;  // UCUM: a division reaches only the next term, from left to right
    rest.remove_prefix(cut + 1);
  }
  return unit;
}

Result<Conversion> conversion(const Unit& from, const Unit& to) {
  if (from.code == to.code) return Conversion{};
  if (!same_dimension(from, to)) {
    return fail(Errc::invalid_value, "'" + from.code + "' cannot be converted to '" + to.code +
                                         "': they measure different things; send the value in " + to.code);
  }
  Conversion result;
  result.factor = tidy_factor(from.scale / to.scale);
  result.offset = (from.offset - to.offset) / to.scale;
  return result;
}

Result<Conversion> conversion(std::string_view from, std::string_view to) {
  const auto a = parse_unit(from);
  if (!a) return fail(a.error());
  const auto b = parse_unit(to);
  if (!b) return fail(b.error());
  return conversion(*a, *b);
}

}  // namespace celadon
