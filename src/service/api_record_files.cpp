#include "intake/table_file.hpp"
#include "service/api.hpp"
#include "service/record_imports.hpp"
#include "service/record_json.hpp"
#include "service/record_query.hpp"
#include "service/record_table.hpp"
#include "service/register_routes.hpp"

#include <algorithm>

// Tables of records, in and out.

namespace celadon::service {

using registry::Matter;

namespace {

constexpr std::size_t import_bytes_max = 64U << 20U;
constexpr std::size_t export_rows_max = 200'000;
constexpr std::size_t export_page = 5'000;
constexpr double column_width_min = 8, column_width_max = 40;

Result<Response> begin_import(const Parts& parts, RecordImports& jobs, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  using Act = registry::RecordDesk::Act;
  if (!parts.registers.may(request.caller, **type, Act::write) &&
      !parts.registers.may(request.caller, **type, Act::create))
    return fail(Errc::refused, "your role may not change records of " + (*type)->id, "register");
  if (request.body.empty())
    return fail(Errc::malformed, "the body is empty; it must be the file: CSV, XLSX or GeoJSON", "body");
  const auto id = jobs.begin(request.caller, (*type)->id, request.one("name").value_or(""), request.body,
                             request.says_yes("preview"));
  if (!id) return fail(id.error());
  const auto json = jobs.json(request.caller, *id);
  if (!json) return fail(json.error());
  Response response = private_response(*json, 202);
  response.headers.emplace_back("Location", "/api/v1/record-imports/" + *id);
  return response;
}

Response file_response(std::string bytes, const char* media_type, const std::string& name) {
  Response response = private_response(std::move(bytes));
  response.content_type = media_type;
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "\"");
  return response;
}

/// All that a query finds, page by page.
Result<void> each_record(const Parts& parts, const Request& request, RecordAsk ask,
                         const std::function<void(const Matter&)>& take) {
  ask.query.limit = export_page;
  ask.query.count = false;
  ask.query.after.clear();
  std::size_t rows = 0;
  do {
    const auto page = parts.registers.find(request.caller, ask.query, ask.view);
    if (!page) return fail(page.error());
    rows += page->items.size();
    if (rows > export_rows_max)
      return fail(Errc::too_large, "more than 200,000 records; narrow the filter and export in parts", "where");
    for (const auto& matter : page->items) take(matter);
    ask.query.after = page->next;
  } while (!ask.query.after.empty());
  return {};
}

/// Head and column widths; in a template what is needed has a star.
std::vector<intake::TableColumn> sheet_columns(const std::vector<RecordColumn>& columns, const CodeNames& names,
                                               bool is_template) {
  std::vector<intake::TableColumn> sheet;
  for (const auto& column : columns) {
    intake::TableColumn one;
    one.head = column.head;
    const auto* field = column.field;
    if (is_template && field != nullptr && field->needed) one.head += " *";
    one.width = std::clamp(static_cast<double>(one.head.size()) + 2, column_width_min, column_width_max);
    if (field != nullptr && field->type == systems::FieldType::text) one.width = std::max(one.width, 20.0);
    if (field != nullptr) one.choices = names.choices(*field);
    sheet.push_back(std::move(one));
  }
  return sheet;
}

/// A template has no computed fields, no state and no revision: only what is to be entered.
std::vector<RecordColumn> chosen_columns(const systems::Register& type, Heads heads, bool is_template) {
  auto columns = columns_of(type, heads);
  if (is_template) {
    std::erase_if(columns, [](const RecordColumn& one) {
      return one.kind != RecordColumn::Kind::field || one.field->formula != nullptr;
    });
  }
  return columns;
}

Result<Response> export_xlsx(const Parts& parts, const Request& request, const systems::Register& type, RecordAsk ask,
                             Heads heads, bool is_template) {
  const auto columns = chosen_columns(type, heads, is_template);
  const CodeNames names(type);
  auto writer = intake::XlsxWriter::begin(parts.data / "exports", sheet_columns(columns, names, is_template));
  if (!writer) return fail(writer.error());
  if (!is_template) {
    const auto done = each_record(parts, request, std::move(ask),
                                  [&](const Matter& matter) { writer->add(cells_of(columns, matter, &names)); });
    if (!done) return fail(done.error());
  }
  auto bytes = writer->finish(notes_of(type, columns));
  if (!bytes) return fail(bytes.error());
  return file_response(std::move(*bytes), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                       type.id + ".xlsx");
}

Result<Response> export_csv(const Parts& parts, const Request& request, const systems::Register& type, RecordAsk ask,
                            Heads heads, bool is_template) {
  const auto columns = chosen_columns(type, heads, is_template);
  std::vector<intake::TableCell> head;
  for (const auto& column : columns) {
    const bool star = is_template && column.field != nullptr && column.field->needed;
    head.emplace_back(column.head + (star ? " *" : ""));
  }
  std::string text = std::string(intake::csv_mark) + intake::csv_line(head);
  if (!is_template) {
    const auto done = each_record(parts, request, std::move(ask), [&](const Matter& matter) {
      text += intake::csv_line(cells_of(columns, matter, nullptr));
    });
    if (!done) return fail(done.error());
  }
  return file_response(std::move(text), "text/csv; charset=utf-8", type.id + ".csv");
}

Result<Response> export_geojson(const Parts& parts, const Request& request, const systems::Register& type,
                                RecordAsk ask, bool is_template) {
  std::string text = "{\"type\":\"FeatureCollection\",\"features\":[";
  bool first = true;
  if (!is_template) {
    const auto done = each_record(parts, request, std::move(ask), [&](const Matter& matter) {
      text += (first ? "\n" : ",\n") + feature_of(type, matter);
      first = false;
    });
    if (!done) return fail(done.error());
  }
  return file_response(text + "]}\n", "application/geo+json", type.id + ".geojson");
}

Result<Response> export_records(const Parts& parts, const Request& request) {
  const auto type = readable_register(parts, request);
  if (!type) return fail(type.error());
  auto ask = record_ask(**type, request);
  if (!ask) return fail(ask.error());
  const bool is_template = request.says_yes("template");
  const std::string format = request.one("format").value_or("xlsx");
  const std::string head = request.one("head").value_or("zh");
  if (head != "zh" && head != "en" && head != "id") return fail(Errc::invalid_value, "expected zh, en or id", "head");
  const Heads heads = head == "zh" ? Heads::zh : head == "en" ? Heads::en : Heads::id;
  if (!is_template) {
    std::string detail;
    JsonWriter(detail).begin_object().member("format", format).end_object();
    const auto noted =
        parts.audit.add({0, parts.clock(), request.caller.name, "export", (*type)->id, "done", detail, {}});
    if (!noted) return fail(noted.error());
  }
  if (format == "xlsx") return export_xlsx(parts, request, **type, std::move(*ask), heads, is_template);
  if (format == "csv") return export_csv(parts, request, **type, std::move(*ask), heads, is_template);
  if (format == "geojson") return export_geojson(parts, request, **type, std::move(*ask), is_template);
  return fail(Errc::invalid_value, "expected csv, xlsx or geojson", "format");
}

}  // namespace

void add_record_file_routes(Router& router, const Parts& parts, RecordImports& jobs) {
  router.add({"POST",
              "/api/v1/registers/{register}/imports",
              "Records of a table: the bytes of a CSV, XLSX or GeoJSON are the body, 64 MiB at most",
              {{"name", "name of the file"}, {"preview", "yes: only say what would come of it"}},
              [&parts, &jobs](const Request& request) { return begin_import(parts, jobs, request); },
              import_bytes_max});
  router.add({"GET",
              "/api/v1/record-imports/{id}",
              "An import with its progress",
              {},
              [&jobs](const Request& request) -> Result<Response> {
                auto json = jobs.json(request.caller, request.path_value("id"));
                if (!json) return fail(json.error());
                return private_response(std::move(*json));
              }});
  router.add({"GET",
              "/api/v1/record-imports/{id}/errors.csv",
              "The refused rows as they came, with row, field and reason in front",
              {},
              [&jobs](const Request& request) -> Result<Response> {
                auto sheet = jobs.errors_csv(request.caller, request.path_value("id"));
                if (!sheet) return fail(sheet.error());
                return file_response(std::move(*sheet), "text/csv; charset=utf-8", "errors.csv");
              }});
  router.add({"GET", "/api/v1/registers/{register}/export", "All records that the filters find, as a file",
              filter_parameters({{"format", "csv, xlsx or geojson; xlsx when absent"},
                                 {"head", "zh, en or id: what columns are called; zh when absent"},
                                 {"template", "yes: only the head, with a star at what is needed"},
                                 {"sort", "as in the list"},
                                 {"falling", "as in the list"}}),
              [&parts](const Request& request) { return export_records(parts, request); }});
}

}  // namespace celadon::service
