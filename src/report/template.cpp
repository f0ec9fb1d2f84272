#include "report/template.hpp"

#include "core/sha256.hpp"
#include "core/yaml_fields.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>

namespace celadon::report {
namespace {

constexpr std::size_t bytes_max = 256U << 10U;
constexpr int depth_max = 6;
constexpr std::size_t columns_max = 24;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\r')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

bool is_path(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  return std::ranges::all_of(text,
                             [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-'; });
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Scope {
  std::string variable, path;  ///< "s" stands for a record of "air.stations[]"
};

/// One reading of one file; the first thing wrong is kept.
class Reader {
 public:
  Reader(std::string_view text, std::string file) : file_(std::move(file)) {
    while (!text.empty()) {
      const auto end = text.find('\n');
      lines_.push_back(text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

  Result<Template> run() {
    Template out;
    read_head(out);
    while (!failed_ && at_ < lines_.size()) {
      const auto line = trimmed(lines_[at_]);
      if (line.empty()) {
        ++at_;
      } else if (line == "=== zh" || line == "=== en") {
        const std::string lang(line.substr(4));
        if (out.body.contains(lang)) refuse("'" + std::string(line) + "' is there twice");
        ++at_;
        std::vector<Node> nodes;
        read_nodes(nodes, 0, false);
        out.body[lang] = std::move(nodes);
      } else {
        refuse("expected '=== zh' or '=== en', which begin the text of a language");
      }
    }
    if (!failed_ && (!out.body.contains("zh") || !out.body.contains("en"))) {
      at_ = lines_.empty() ? 0 : lines_.size() - 1;
      refuse("a template has the text of both languages, after '=== zh' and '=== en'");
    }
    if (failed_) return fail(*failed_);
    return out;
  }

 private:
  void refuse(const std::string& reason, Errc code = Errc::malformed) {
    if (!failed_) failed_ = Error{code, file_ + ":" + std::to_string(at_ + 1) + ": " + reason, {}};
  }

  void read_head(Template& out) {
    if (lines_.empty() || trimmed(lines_[0]) != "---")
      return refuse("a template begins with '---', its head and '---'");
    std::string head = "template:\n  -\n";
    std::size_t end = 1;
    while (end < lines_.size() && trimmed(lines_[end]) != "---") head += "    " + std::string(lines_[end++]) + "\n";
    if (end == lines_.size()) return refuse("the head has no end: '---' is missing");
    std::vector<std::string> names;
    const auto read = read_yaml_list(head, file_, "template", [&](YamlFields& fields) {
      static constexpr std::array known = {"id",     "name_zh", "name_en", "kind",   "period",
                                           "values", "clause",  "source",  "subject", "annex"};
      fields.only(known);
      out.id = fields.text("id");
      out.name = {fields.text("name_zh"), fields.text("name_en")};
      out.kind = fields.text("kind");
      const std::string period = fields.text("period");
      out.values = fields.texts("values");
      out.clause = fields.text_or("clause", "");
      out.source = fields.text("source");
      out.subject = fields.text_or("subject", "no") == "yes";
      const std::string annex = fields.text_or("annex", "document");
      out.annex_apart = annex == "workbook";
      if (annex != "workbook" && annex != "document") fields.refuse("annex", "expected document or workbook");
      static constexpr std::array kinds = {"daily", "weekly", "monthly", "special"};
      if (std::ranges::find(kinds, out.kind) == kinds.end())
        fields.refuse("kind", "expected daily, weekly, monthly or special");
      if (period == "week") out.period = Period::week;
      if (period == "month") out.period = Period::month;
      if (period == "year") out.period = Period::year;
      if (period != "day" && out.period == Period::day) fields.refuse("period", "expected day, week, month or year");
      for (const auto& set : out.values) {
        if (find_set(set) == nullptr) fields.refuse("values", "there is no set of values '" + set + "'");
      }
    });
    if (!read) {
      // The head was handed over two lines lower than it stands in the file.
      if (!failed_) failed_ = moved(read.error());
      return;
    }
    sets_ = out.values;
    sets_.insert(sets_.begin(), "base");
    at_ = end + 1;
  }

  /// "file:5: ..." of the head as it was handed over, to the line of the file: one line lower.
  [[nodiscard]] Error moved(Error error) const {
    const std::string begin = file_ + ":";
    if (!error.detail.starts_with(begin)) return error;
    int line = 0;
    const char* from = error.detail.data() + begin.size();
    const auto [end, bad] = std::from_chars(from, error.detail.data() + error.detail.size(), line);
    if (bad != std::errc{}) return error;
    error.detail = begin + std::to_string(std::max(1, line - 1)) + std::string(end);
    return error;
  }

  [[nodiscard]] std::optional<Kind> kind_of(std::string_view path) const {
    std::string full(path);
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      if (path.starts_with(scope->variable + ".")) {
        full = scope->path + std::string(path.substr(scope->variable.size()));
        break;
      }
    }
    return kind_of_full(full);
  }

  [[nodiscard]] std::optional<Kind> kind_of_full(std::string_view full) const {
    for (const auto& set : sets_) {
      const ValueSet* values = find_set(set);
      if (values == nullptr) continue;
      for (const auto& entry : values->entries) {
        if (entry.path == full) return entry.kind;
      }
    }
    return std::nullopt;
  }

  /// The kind of a name that must be known; words where it is not, which is told.
  Kind need(std::string_view path) {
    if (!is_path(path)) {
      refuse("'" + std::string(path) + "' is no name of a value");
      return Kind::words;
    }
    const auto kind = kind_of(path);
    if (!kind)
      refuse("there is no value '" + std::string(path) +
                 "' in the sets of this template; celadon report values lists them",
             Errc::unknown_code);
    return kind.value_or(Kind::words);
  }

  void read_format(std::string_view word, Kind kind, Piece& piece) {
    const auto only = [&](bool good) {
      if (!good) refuse("'" + std::string(word) + "' does not fit '" + piece.path + "'");
    };
    if (word == "unit") {
      piece.unit = true;
      only(kind == Kind::figure);
    } else if (word == "sign") {
      piece.sign = true;
      only(kind == Kind::figure);
    } else if (word == "minute") {
      piece.minute = true;
      only(kind == Kind::moment);
    } else if (const auto decimals = number_in(word); decimals && *decimals >= 0 && *decimals <= 6) {
      piece.decimals = static_cast<int>(*decimals);
      only(kind == Kind::figure);
    } else {
      refuse("unknown format '" + std::string(word) + "': expected unit, sign, minute, or a number of decimals");
    }
  }

  Line read_line(std::string_view text) {
    Line line;
    bool bold = false;
    std::string plain;
    const auto flush = [&] {
      if (!plain.empty()) line.push_back({.text = std::move(plain), .bold = bold, .path = {}});
      plain.clear();
    };
    while (!text.empty() && !failed_) {
      if (text.starts_with("{{")) {
        const auto end = text.find("}}");
        if (end == std::string_view::npos) {
          refuse("'{{' without '}}'");
          break;
        }
        flush();
        line.push_back(read_value(text.substr(2, end - 2), bold));
        text.remove_prefix(end + 2);
      } else if (text.starts_with("**")) {
        flush();
        bold = !bold;
        text.remove_prefix(2);
      } else if (text.starts_with("\\|")) {
        plain += '|';
        text.remove_prefix(2);
      } else {
        plain += text.front();
        text.remove_prefix(1);
      }
    }
    flush();
    if (bold) refuse("'**' without its second");
    return line;
  }

  Piece read_value(std::string_view inside, bool bold) {
    Piece piece{.text = {}, .bold = bold, .path = {}};
    auto bar = inside.find('|');
    piece.path = trimmed(inside.substr(0, bar));
    const Kind kind = need(piece.path);
    if (kind == Kind::list) refuse("'" + piece.path + "' is a list: use :::each");
    while (bar != std::string_view::npos && !failed_) {
      inside.remove_prefix(bar + 1);
      bar = inside.find('|');
      read_format(trimmed(inside.substr(0, bar)), kind, piece);
    }
    return piece;
  }

  /// Cells of "| a | b |". A bar within {{ }} parts formats, not cells.
  std::vector<std::string_view> cells_of(std::string_view line) {
    std::vector<std::string_view> cells;
    line = trimmed(line);
    if (!line.ends_with('|') || line.size() < 2) {
      refuse("a row of a table begins and ends with '|'");
      return cells;
    }
    line.remove_prefix(1);
    std::size_t from = 0;
    bool in_value = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line.substr(i).starts_with("{{")) in_value = true;
      if (line.substr(i).starts_with("}}")) in_value = false;
      if (line[i] != '|' || in_value || (i > 0 && line[i - 1] == '\\')) continue;
      cells.push_back(trimmed(line.substr(from, i - from)));
      from = i + 1;
    }
    return cells;
  }

  /// name=value pairs; a value with blanks stands in quotes.
  std::map<std::string, std::string, std::less<>> read_options(std::string_view text) {
    std::map<std::string, std::string, std::less<>> options;
    text = trimmed(text);
    while (!text.empty() && !failed_) {
      const auto equals = text.find('=');
      if (equals == std::string_view::npos || equals == 0) {
        refuse("expected name=value");
        break;
      }
      const std::string name(trimmed(text.substr(0, equals)));
      text.remove_prefix(equals + 1);
      std::string_view value;
      if (text.starts_with('"')) {
        const auto end = text.find('"', 1);
        if (end == std::string_view::npos) {
          refuse("a '\"' without its second");
          break;
        }
        value = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
      } else {
        const auto end = std::min(text.find(' '), text.size());
        value = text.substr(0, end);
        text.remove_prefix(end);
      }
      if (!options.emplace(name, value).second) refuse("'" + name + "' is there twice");
      text = trimmed(text);
    }
    return options;
  }

  std::string list_path(std::string_view path) {
    if (need(path) != Kind::list) refuse("'" + std::string(path) + "' is not a list");
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      if (path.starts_with(scope->variable + "."))
        return scope->path + std::string(path.substr(scope->variable.size())) + "[]";
    }
    return std::string(path) + "[]";
  }

  void read_drawing(Node& node, std::string_view rest) {
    node.options = read_options(rest);
    const bool chart = node.kind == Node::Kind::chart;
    const std::set<std::string, std::less<>> known =
        chart ? std::set<std::string, std::less<>>{"type", "title", "rows", "x", "y", "y2", "level"}
              : std::set<std::string, std::less<>>{"title", "rows", "value", "name", "level"};
    const std::vector<std::string> needed = chart ? std::vector<std::string>{"type", "title", "rows", "x", "y"}
                                                  : std::vector<std::string>{"title", "rows", "value", "name"};
    for (const auto& [name, value] : node.options) {
      if (!known.contains(name)) refuse("unknown option '" + name + "'");
    }
    for (const auto& name : needed) {
      if (!node.options.contains(name)) refuse("'" + name + "' is missing");
    }
    if (failed_) return;
    if (chart) {
      const auto& type = node.options["type"];
      if (type != "line" && type != "bar" && type != "calendar") refuse("type: expected line, bar or calendar");
    }
    node.text = read_line(node.options["title"]);
    node.path = node.options["rows"];
    const std::string rows = list_path(node.path);
    for (const auto& [name, value] : node.options) {
      if (name == "type" || name == "title" || name == "rows" || failed_) continue;
      const auto kind = kind_of_full(rows + "." + value);
      const bool figure = name == "y" || name == "y2" || name == "value" || name == "level";
      if (!kind || (figure && *kind != Kind::figure))
        refuse(
            name + ": '" + value + "' is no " + (figure ? "figure" : "value") + " of the rows of '" + node.path + "'",
            Errc::unknown_code);
    }
  }

  void read_condition(std::string_view text, Condition& condition) {
    text = trimmed(text);
    if (text.starts_with("not ")) {
      condition.negated = true;
      text = trimmed(text.substr(4));
    }
    const auto blank = text.find(' ');
    condition.path = text.substr(0, blank);
    const Kind kind = need(condition.path);
    if (blank == std::string_view::npos) return;
    const auto rest = trimmed(text.substr(blank));
    const auto second = rest.find(' ');
    condition.comparison = rest.substr(0, second);
    static constexpr std::array known = {"<", "<=", ">", ">=", "=", "!="};
    const auto number = second == std::string_view::npos ? std::nullopt : number_in(trimmed(rest.substr(second)));
    if (std::ranges::find(known, condition.comparison) == known.end() || !number || kind != Kind::figure)
      refuse("a condition is ':::if name' or ':::if figure > number'");
    condition.number = number.value_or(0);
  }

  void read_block(std::vector<Node>& nodes, std::string_view line, int depth, bool in_table) {
    line.remove_prefix(3);
    const auto blank = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, blank);
    const std::string_view rest = trimmed(line.substr(blank));
    Node node;
    node.line = static_cast<int>(at_) + 1;
    using NodeKind = Node::Kind;
    if (depth >= depth_max) return refuse("blocks within blocks are " + std::to_string(depth_max) + " deep at most");
    if (in_table && word != "each" && word != "if") return refuse("in a table stand rows, :::each and :::if");
    if (word == "each") {
      node.kind = NodeKind::each;
      const auto in = rest.find(" in ");
      node.variable = trimmed(rest.substr(0, in));
      if (in == std::string_view::npos || !is_path(node.variable) || node.variable.find('.') != std::string::npos)
        return refuse("expected ':::each name in list'");
      node.path = trimmed(rest.substr(in + 4));
      scopes_.push_back({node.variable, list_path(node.path)});
      ++at_;
      read_nodes(node.children, depth + 1, in_table);
      scopes_.pop_back();
      end_block(node, false);
    } else if (word == "if") {
      node.kind = NodeKind::when;
      read_condition(rest, node.condition);
      ++at_;
      read_nodes(node.children, depth + 1, in_table);
      if (!failed_ && at_ < lines_.size() && trimmed(lines_[at_]) == ":::else") {
        ++at_;
        read_nodes(node.others, depth + 1, in_table);
      }
      end_block(node, true);
    } else if (word == "table") {
      node.kind = NodeKind::table;
      node.text = read_line(rest);
      ++at_;
      read_table_head(node);
      read_nodes(node.children, depth + 1, true);
      check_rows(node.children, node.head.size());
      end_block(node, false);
    } else if (word == "chart" || word == "map") {
      node.kind = word == "chart" ? NodeKind::chart : NodeKind::map;
      read_drawing(node, rest);
      ++at_;
    } else {
      static const std::map<std::string_view, NodeKind> simple = {{"remarks", NodeKind::remarks},
                                                                  {"errata", NodeKind::errata},
                                                                  {"contents", NodeKind::contents},
                                                                  {"sign", NodeKind::sign},
                                                                  {"page", NodeKind::page_break}};
      const auto found = simple.find(word);
      if (found == simple.end() || !rest.empty())
        return refuse("unknown block ':::" + std::string(word) +
                      "': expected each, if, table, chart, map, remarks, errata, contents, sign or page");
      node.kind = found->second;
      ++at_;
    }
    nodes.push_back(std::move(node));
  }

  void end_block(const Node& node, bool may_else) {
    if (failed_) return;
    if (at_ >= lines_.size() || trimmed(lines_[at_]) != ":::end") {
      if (!may_else && at_ < lines_.size() && trimmed(lines_[at_]) == ":::else") return refuse(":::else without :::if");
      at_ = static_cast<std::size_t>(node.line) - 1;
      return refuse("the block that begins here has no :::end");
    }
    ++at_;
  }

  void read_table_head(Node& node) {
    if (at_ + 1 >= lines_.size() || !trimmed(lines_[at_]).starts_with('|'))
      return refuse("a table begins with its head: '| name | name |'");
    for (const auto cell : cells_of(lines_[at_])) node.head.push_back(read_line(cell));
    ++at_;
    const auto rule = cells_of(lines_[at_]);
    if (node.head.empty() || node.head.size() > columns_max)
      return refuse("a table has 1 to " + std::to_string(columns_max) + " columns");
    if (rule.size() != node.head.size()) return refuse("under the head stands '|---|---:|', as many as the head has");
    for (const auto cell : rule) {
      if (cell.find_first_not_of(":-") != std::string_view::npos || cell.find('-') == std::string_view::npos)
        return refuse("under the head stands '|---|---:|'");
      const bool left = cell.starts_with(':');
      const bool right = cell.ends_with(':');
      node.align.push_back(left && right ? 'c' : right ? 'r' : 'l');
    }
    ++at_;
  }

  void check_rows(const std::vector<Node>& nodes, std::size_t columns) {
    for (const auto& node : nodes) {
      if (node.kind == Node::Kind::row && node.cells.size() != columns && !failed_) {
        at_ = static_cast<std::size_t>(node.line) - 1;
        refuse("this row has " + std::to_string(node.cells.size()) + " cells, the head has " + std::to_string(columns));
      }
      check_rows(node.children, columns);
      check_rows(node.others, columns);
    }
  }

  /// Up to :::end, :::else, the next language or the end of the file; none of them is taken.
  void read_nodes(std::vector<Node>& nodes, int depth, bool in_table) {
    while (!failed_ && at_ < lines_.size()) {
      const auto line = trimmed(lines_[at_]);
      if (line == ":::end" || line == ":::else") {
        if (depth == 0) refuse("'" + std::string(line) + "' ends nothing");
        return;
      }
      if (line == "=== zh" || line == "=== en") return;
      if (line.empty()) {
        ++at_;
      } else if (line.starts_with(":::")) {
        read_block(nodes, line, depth, in_table);
      } else if (in_table) {
        Node row;
        row.kind = Node::Kind::row;
        row.line = static_cast<int>(at_) + 1;
        if (!line.starts_with('|')) return refuse("in a table stand rows, :::each and :::if");
        for (const auto cell : cells_of(line)) row.cells.push_back(read_line(cell));
        nodes.push_back(std::move(row));
        ++at_;
      } else {
        read_text(nodes, line);
      }
    }
  }

  void read_text(std::vector<Node>& nodes, std::string_view line) {
    Node node;
    node.line = static_cast<int>(at_) + 1;
    if (line.starts_with('|')) return refuse("a table stands between ':::table caption' and ':::end'");
    if (line.starts_with("# ")) {
      node.kind = Node::Kind::title;
      node.text = read_line(trimmed(line.substr(2)));
    } else if (line.starts_with("## ") || line.starts_with("### ")) {
      node.kind = Node::Kind::heading;
      node.level = line.starts_with("## ") ? 1 : 2;
      node.text = read_line(trimmed(line.substr(line.find(' '))));
    } else if (line.starts_with("- ")) {
      node.kind = Node::Kind::bullet;
      node.text = read_line(trimmed(line.substr(2)));
    } else {
      node.text = read_line(line);
    }
    nodes.push_back(std::move(node));
    ++at_;
  }

  std::string file_;
  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
  std::vector<std::string> sets_;
  std::vector<Scope> scopes_;
  std::optional<Error> failed_;
};

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 60 && std::ranges::all_of(id, [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-';
  });
}

}  // namespace

Result<Template> parse_template(std::string_view text, const std::string& file) {
  if (text.size() > bytes_max) return fail(Errc::too_large, file + ":1: a template has 256 KiB at most");
  auto out = Reader(text, file).run();
  if (!out) return fail(out.error());
  if (!is_id(out->id)) return fail(Errc::malformed, file + ":2: id: small letters, digits and '-', 60 at most");
  out->hash = sha256(text);
  return out;
}

std::pair<LegalDay, LegalDay> period_of(const Template& form, LegalDay day) {
  if (form.period == Period::week) {
    const int weekday = ((day.days + 3) % 7 + 7) % 7;  // 1970-01-01 was a Thursday; weeks begin on Monday
    return {{day.days - weekday}, {day.days - weekday + 6}};
  }
  if (form.period == Period::month) {
    auto civil = to_beijing(first_moment_of(day));
    civil.day = 1;
    const LegalDay first = legal_day_of(from_beijing(civil));
    civil.month == 12 ? (++civil.year, civil.month = 1) : ++civil.month;
    return {first, {legal_day_of(from_beijing(civil)).days - 1}};
  }
  if (form.period == Period::year) {
    auto civil = to_beijing(first_moment_of(day));
    civil.month = civil.day = 1;
    const LegalDay first = legal_day_of(from_beijing(civil));
    ++civil.year;
    return {first, {legal_day_of(from_beijing(civil)).days - 1}};
  }
  return {day, day};
}

Result<Template> read_template(const std::filesystem::path& folder, const std::string& id) {
  if (!is_id(id)) return fail(Errc::not_found, "there is no template '" + id.substr(0, 60) + "'", "template");
  const auto file = folder / (id + ".md");
  if (std::error_code error; !std::filesystem::is_regular_file(file, error))
    return fail(Errc::not_found, "there is no template '" + id + "'", "template");
  auto out =
      parse_pack(file, [](std::string_view text, const std::string& name) { return parse_template(text, name); });
  if (out && out->id != id)
    return fail(Errc::malformed, id + ".md:2: id: '" + out->id + "' differs from the name of the file");
  return out;
}

Result<std::vector<Template>> read_templates(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::string> ids;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".md") ids.push_back(entry.path().stem().string());
  }
  if (error) return fail(Errc::not_found, folder.string() + ": the folder of report templates cannot be read");
  std::ranges::sort(ids);
  std::vector<Template> all;
  for (const auto& id : ids) {
    auto one = read_template(folder, id);
    if (!one) return fail(one.error());
    all.push_back(std::move(*one));
  }
  return all;
}

}  // namespace celadon::report
