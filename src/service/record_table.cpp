#include "service/record_table.hpp"

#include "core/json_writer.hpp"
#include "registry/record_body.hpp"
#include "systems/record.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace celadon::service {
namespace {

using intake::TableCell;
using registry::Matter;
using systems::Field;
using systems::FieldType;
using systems::Register;
using Kind = RecordColumn::Kind;

constexpr std::size_t named_codes_max = 500;
constexpr std::size_t noted_codes_max = 2000;

struct OwnColumn {
  Kind kind;
  std::string_view id, zh, en;
};
constexpr OwnColumn own_columns[] = {{Kind::id, "id", "编号", "ID"},
                                     {Kind::state, "state", "状态", "State"},
                                     {Kind::revision, "revision", "修订", "Revision"}};
constexpr std::string_view error_heads[] = {"row", "field", "reason"};

const std::string& name_of(const Field& field, Heads heads) {
  if (heads == Heads::id) return field.id;
  const auto& name = heads == Heads::zh ? field.name.zh : field.name.en;
  return name.empty() ? field.id : name;
}

std::size_t fields_called(const Register& type, std::string_view name) {
  return static_cast<std::size_t>(std::count_if(type.fields.begin(), type.fields.end(), [&](const Field& field) {
    return field.id == name || field.name.zh == name || field.name.en == name;
  }));
}

std::string head_of(const Register& type, const Field& field, Heads heads) {
  const std::string& name = name_of(field, heads);
  return fields_called(type, name) == 1 ? name : field.id;
}

std::string head_of(const Register& type, const OwnColumn& own, Heads heads) {
  const std::string_view name = heads == Heads::zh ? own.zh : heads == Heads::en ? own.en : own.id;
  if (fields_called(type, name) == 0) return std::string(name);
  return fields_called(type, own.id) == 0 ? std::string(own.id) : "@" + std::string(own.id);
}

const Field* place_field(const Register& type) {
  if (const auto* field = type.field(type.map.geometry)) return field;
  const auto first =
      std::find_if(type.fields.begin(), type.fields.end(), [](const Field& field) { return field.is_geometry(); });
  return first == type.fields.end() ? nullptr : &*first;
}

/// By id first, then by a name that only one field has.
const Field* field_called(const Register& type, std::string_view name) {
  if (const auto* field = type.field(name)) return field;
  const Field* found = nullptr;
  for (const auto& field : type.fields) {
    if (field.name.zh != name && field.name.en != name) continue;
    if (found != nullptr) return nullptr;
    found = &field;
  }
  return found;
}

Result<RecordColumn> column_called(const Register& type, const std::string& head) {
  std::string_view name = head;
  while (!name.empty() && (name.back() == '*' || name.back() == ' ')) name.remove_suffix(1);
  if (const auto* field = field_called(type, name)) return RecordColumn{Kind::field, field, head};
  if (name == intake::geometry_column) {
    if (const auto* field = place_field(type)) return RecordColumn{Kind::field, field, head};
    return RecordColumn{Kind::note, nullptr, head};
  }
  if (name.starts_with('@')) name.remove_prefix(1);
  for (const auto& own : own_columns) {
    if (name == own.id || name == own.zh || name == own.en) return RecordColumn{own.kind, nullptr, head};
  }
  std::string known;
  for (const auto& field : type.fields) known += (known.empty() ? "" : ", ") + name_of(field, Heads::zh);
  return fail(Errc::unknown_code,
              "column '" + head.substr(0, 60) + "' is no field of register " + type.id + "; fields are " + known,
              head.substr(0, 60));
}

systems::Finding unreadable(const Field& field, const std::string& reason) {
  return registry::finding(field.id, "type", registry::zh_of(field) + "：" + reason,
                           registry::en_of(field) + ": " + reason);
}

/// A cell as a value of the field. Geometry may be GeoJSON, as a GeoJSON file has it.
void read_cell(const Register& type, const Field& field, const std::string& cell, RowChange& into) {
  if (cell == intake::too_long_for_a_cell) return;
  if (field.is_geometry() && cell.starts_with('{')) {
    const auto values = registry::values_of_json(type, "{\"" + field.id + "\":" + cell + "}");
    if (values)
      into.change.values.insert(values->begin(), values->end());
    else if (values.error().findings.empty())
      into.findings.push_back(unreadable(field, "GeoJSON"));
    else
      into.findings.push_back(values.error().findings.front());
    return;
  }
  auto value = systems::value_from_text(field, field.codes, cell);
  if (value)
    into.change.values.insert_or_assign(field.id, std::move(*value));
  else
    into.findings.push_back(unreadable(field, value.error().detail));
}

TableCell cell_of(const Field& field, const systems::Value& value, const CodeNames* names) {
  if (systems::is_none(value)) return {};
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* day = std::get_if<LegalDay>(&value)) return *day;
  if (const auto* at = std::get_if<Instant>(&value)) return *at;
  if (names != nullptr && field.type == FieldType::code) {
    if (const auto* code = std::get_if<std::string>(&value)) return names->shown(field, *code);
    if (const auto* codes = std::get_if<std::vector<std::string>>(&value)) {
      std::string joined;
      for (const auto& code : *codes) joined += (joined.empty() ? "" : ";") + names->shown(field, code);
      return joined;
    }
  }
  return systems::value_to_text(field, value);
}

std::string type_words(const Field& field) {
  switch (field.type) {
    case FieldType::text: return "文本";
    case FieldType::number: return "数值";
    case FieldType::whole: return "整数";
    case FieldType::yes_no: return "是/否";
    case FieldType::date: return "日期，如 2026-06-01";
    case FieldType::time: return "时间，如 2026-06-01 08:00";
    case FieldType::code: return "代码，见右侧";
    case FieldType::reference: return "登记册 " + field.of + " 的编号";
    case FieldType::site: return "监测站点编号";
    case FieldType::point: return "点：经度,纬度，如 117.2,29.3";
    case FieldType::line: return "线：经度,纬度 经度,纬度";
    case FieldType::area: return "面：经度,纬度 经度,纬度…（首尾相同）";
    case FieldType::files: break;
  }
  return "附件";
}

}  // namespace

std::vector<RecordColumn> columns_of(const Register& type, Heads heads) {
  std::vector<RecordColumn> columns;
  const auto own = [&](const OwnColumn& one) { columns.push_back({one.kind, nullptr, head_of(type, one, heads)}); };
  if (type.key.empty()) own(own_columns[0]);
  for (const auto& field : type.fields) columns.push_back({Kind::field, &field, head_of(type, field, heads)});
  if (type.lifecycle) own(own_columns[1]);
  own(own_columns[2]);
  return columns;
}

Result<std::vector<RecordColumn>> read_head(const Register& type, const std::vector<std::string>& head) {
  std::vector<RecordColumn> columns;
  std::size_t first = 0;
  if (head.size() >= std::size(error_heads) &&
      std::equal(std::begin(error_heads), std::end(error_heads), head.begin())) {
    for (; first < std::size(error_heads); ++first) columns.push_back({Kind::note, nullptr, head[first]});
  }
  std::set<std::string> seen;
  for (std::size_t i = first; i < head.size(); ++i) {
    if (head[i].empty())
      return fail(Errc::malformed, "column " + std::to_string(i + 1) + " has no name in the first row");
    auto column = column_called(type, head[i]);
    if (!column) return fail(column.error());
    const std::string what = column->kind == Kind::field ? column->field->id : "@" + std::to_string(int(column->kind));
    if (column->kind != Kind::note && !seen.insert(what).second)
      return fail(Errc::malformed, "column '" + head[i] + "' is there twice", head[i]);
    columns.push_back(std::move(*column));
  }
  return columns;
}

RowChange change_of_row(const Register& type, const std::vector<RecordColumn>& columns, const intake::TableRow& row) {
  RowChange into;
  into.change.register_id = type.id;
  for (std::size_t i = 0; i < columns.size() && i < row.cells.size(); ++i) {
    const auto& column = columns[i];
    const std::string& cell = row.cells[i];
    if (column.kind == Kind::id) {
      into.change.id = cell;
    } else if (column.kind == Kind::revision && !cell.empty()) {
      std::int64_t revision = 0;
      const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), revision);
      if (error == std::errc{} && end == cell.data() + cell.size())
        into.revision = revision;
      else
        into.findings.push_back(
            registry::finding("revision", "type", "修订须为整数", "revision must be a whole number"));
    } else if (column.kind == Kind::field && column.field->formula == nullptr) {
      read_cell(type, *column.field, cell, into);
    }
  }
  if (!type.key.empty()) {
    const auto key = into.change.values.find(type.key);
    if (key != into.change.values.end()) {
      const auto face = registry::face_value(key->second);
      if (face.size() == 1 && std::holds_alternative<std::string>(face.front()))
        into.change.id = std::get<std::string>(face.front());
    }
  }
  return into;
}

CodeNames::CodeNames(const Register& type) {
  for (const auto& field : type.fields) {
    if (field.codes == nullptr || field.codes->codes.size() > named_codes_max || names_.contains(field.of)) continue;
    auto& names = names_[field.of];
    Field one = field;
    one.many = false;
    for (const auto& code : field.codes->codes) {
      const auto back = systems::value_from_text(one, field.codes, code.name.zh);
      const auto* leads_to = back ? std::get_if<std::string>(&*back) : nullptr;
      const bool good = leads_to != nullptr && *leads_to == code.code && code.name.zh.find(';') == std::string::npos;
      names.emplace(code.code, good ? code.name.zh : code.code);
    }
  }
}

const std::string& CodeNames::shown(const Field& field, const std::string& code) const {
  const auto list = names_.find(field.of);
  if (list == names_.end()) return code;
  const auto name = list->second.find(code);
  return name == list->second.end() ? code : name->second;
}

std::vector<std::string> CodeNames::choices(const Field& field) const {
  std::vector<std::string> all;
  if (field.codes == nullptr || !names_.contains(field.of)) return all;
  for (const auto& code : field.codes->codes) all.push_back(shown(field, code.code));
  return all;
}

std::vector<TableCell> cells_of(const std::vector<RecordColumn>& columns, const Matter& matter,
                                const CodeNames* names) {
  std::vector<TableCell> cells;
  cells.reserve(columns.size());
  for (const auto& column : columns) {
    switch (column.kind) {
      case Kind::id: cells.emplace_back(matter.id); break;
      case Kind::revision: cells.emplace_back(static_cast<double>(matter.revision)); break;
      case Kind::state: cells.emplace_back(matter.state); break;
      case Kind::note: cells.emplace_back(); break;
      case Kind::field: {
        const auto value = matter.values.find(column.field->id);
        cells.push_back(value == matter.values.end() ? TableCell{} : cell_of(*column.field, value->second, names));
        break;
      }
    }
  }
  return cells;
}

std::vector<std::vector<std::string>> notes_of(const Register& type, const std::vector<RecordColumn>& columns) {
  std::vector<std::vector<std::string>> rows = {{"列名", "字段", "English", "类型", "单位", "必填", "说明"}};
  std::vector<const Field*> coded;
  for (const auto& column : columns) {
    if (column.kind != Kind::field) continue;
    const auto& field = *column.field;
    std::string needed = field.needed ? "是" : "";
    if (field.formula) needed = "自动计算";
    rows.push_back({column.head, field.id, field.name.en, type_words(field), field.unit, needed, field.help.zh});
    const bool known = std::any_of(coded.begin(), coded.end(), [&](const Field* one) { return one->of == field.of; });
    if (field.codes != nullptr && !known) coded.push_back(&field);
  }
  // Each code list beside the descriptions, in two columns of its own.
  constexpr std::size_t first = 8;
  for (std::size_t i = 0; i < coded.size(); ++i) {
    const auto& codes = coded[i]->codes->codes;
    const std::size_t count = std::min(codes.size(), noted_codes_max);
    if (rows.size() < count + 1) rows.resize(count + 1);
    for (std::size_t r = 0; r <= count; ++r) {
      auto& row = rows[r];
      if (row.size() < first + 2 * i + 2) row.resize(first + 2 * i + 2);
      row[first + 2 * i] = r == 0 ? coded[i]->name.zh + " 代码" : codes[r - 1].code;
      row[first + 2 * i + 1] = r == 0 ? coded[i]->of : codes[r - 1].name.zh;
    }
  }
  static_cast<void>(type);
  return rows;
}

std::string feature_of(const Register& type, const Matter& matter) {
  const auto* place = place_field(type);
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "Feature").member("id", matter.id).key("geometry");
  const auto shape = place == nullptr ? matter.values.end() : matter.values.find(place->id);
  if (shape == matter.values.end())
    json.null();
  else
    json.raw(registry::value_json(shape->second));
  json.key("properties").begin_object();
  for (const auto& field : type.fields) {
    if (&field == place) continue;
    const auto value = matter.values.find(field.id);
    if (value != matter.values.end()) json.key(field.id).raw(registry::value_json(value->second));
  }
  const auto own = [&](const OwnColumn& one) { json.key(head_of(type, one, Heads::id)); };
  if (type.lifecycle) {
    own(own_columns[1]);
    json.put(matter.state);
  }
  own(own_columns[2]);
  json.put(matter.revision).end_object().end_object();
  return out;
}

}  // namespace celadon::service
