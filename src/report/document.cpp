#include "report/document.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace celadon::report {
namespace {

struct Phrase {
  std::string_view key, zh, en;
};
constexpr Phrase phrases[] = {
    {"table", "表", "Table "},
    {"chart", "图", "Figure "},
    {"contents", "目录", "Contents"},
    {"draft", "草稿　未签发", "DRAFT, not signed"},
    {"signed", "签发", "Signed"},
    {"signer", "签发人：", "Signed by: "},
    {"signed-at", "签发时间：", "Signed at: "},
    {"prepared", "编制：", "Prepared by: "},
    {"checked", "审核：", "Checked by: "},
    {"known", "数据截至：", "Data as known at: "},
    {"number", "编号：", "No. "},
    {"version", "版次：", "Version "},
    {"annex", "附录　数据依据", "Annex: evidence of the figures"},
    {"annex-apart", "正文中每个数值的依据见附件工作簿；点击数值可在平台中打开其来源。",
     "What each figure rests on stands in the workbook that goes with this; a press on a figure opens its source."},
    {"annex-hint", "正文中每个数值均对应下列一项依据；点击数值或编号可在平台中打开其来源。",
     "Each number in the text has an entry here; the number and its code open the source in the platform."},
    {"code", "编号", "Code"},
    {"what", "数值名称", "Figure"},
    {"value", "数值", "Value"},
    {"time", "时段终点（北京时间）", "End of window (Beijing time)"},
    {"basis", "依据", "Basis"},
    {"received", "入库时间", "Learnt at"},
    {"errata", "更正说明", "Errata"},
    {"errata-hint", "本报告为前一版的更正版。下列数值与前一版不同，正文中以删除线标出原值。",
     "This version corrects the one before. The figures below differ from it; the text shows the old value struck "
     "out."},
    {"none-changed", "与前一版相比，数值没有变化。", "No figure differs from the version before."},
    {"old", "原值", "Before"},
    {"new", "更正值", "Corrected"},
    {"erratum", "更正号", "Erratum"},
    {"why", "原因", "Reason"},
    {"when", "日期", "Date"},
    {"unexplained", "迟到或重新计算的数据", "late or recalculated data"},
    {"remarks", "说明", "Remarks"},
    {"missing", "无有效值", "no valid value"},
    {"page", "第 {page} 页　共 {pages} 页", "Page {page} of {pages}"},
    {"source", "底图：", "Outlines: "},
    {"data-time", "数据时间：", "Data: "},
    {"no-rows", "（无）", "(none)"},
};

std::string date_text(LegalDay day, std::string_view lang) {
  const auto civil = to_beijing(first_moment_of(day));
  if (lang == "en") return to_string(day);
  return std::to_string(civil.year) + "年" + std::to_string(civil.month) + "月" + std::to_string(civil.day) + "日";
}

std::string where_of(const Template& form, const Node& node) {
  return form.id + ".md:" + std::to_string(node.line) + ": ";
}

/// Fills one body.
class Filler {
 public:
  Filler(const Template& form, const Record& values, Document& out)
      : form_(form), root_(values), out_(out), lang_(out.making.lang) {
    for (const auto& change : out.making.changes) changes_.emplace(change.ref, &change);
    for (const auto& figure : out.figures) numbers_.emplace(figure.ref, static_cast<int>(numbers_.size()));
  }

  Result<void> fill(const std::vector<Node>& nodes) {
    for (const auto& node : nodes) {
      if (auto good = one(node); !good) return good;
    }
    return {};
  }

 private:
  using Scope = std::pair<std::string, const Record*>;

  const Value* find(std::string_view path) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      if (path.starts_with(scope->first + ".")) return scope->second->find(path.substr(scope->first.size() + 1));
    }
    return root_.find(path);
  }

  Result<const Value*> need(const Node& node, std::string_view path) const {
    const Value* value = find(path);
    if (value == nullptr)
      return fail(Errc::not_found, where_of(form_, node) + "no value '" + std::string(path) + "' came");
    return value;
  }

  Result<int> number(const Node& node, const Figure& figure) {
    if (figure.ref.empty() || figure.evidence.link.empty())
      return fail(Errc::invalid_value, where_of(form_, node) + "'" + figure.name.zh + "' has no evidence");
    const auto [place, fresh] = numbers_.try_emplace(figure.ref, static_cast<int>(out_.figures.size()));
    if (fresh) out_.figures.push_back(figure);
    return place->second;
  }

  Result<Run> run_of(const Node& node, const Piece& piece) {
    Run run{.text = piece.text, .bold = piece.bold, .figure = -1, .old_text = {}};
    if (piece.path.empty()) return run;
    const auto value = need(node, piece.path);
    if (!value) return fail(value.error());
    if (const auto* words = std::get_if<Words>(&(*value)->of)) run.text = words->in(lang_);
    if (const auto* day = std::get_if<LegalDay>(&(*value)->of)) run.text = date_text(*day, lang_);
    if (const auto* moment = std::get_if<Instant>(&(*value)->of))
      run.text = piece.minute ? to_beijing_minute(*moment) : date_text(legal_day_of(*moment), lang_);
    if (const auto* figure = std::get_if<Figure>(&(*value)->of)) {
      const auto index = number(node, *figure);
      if (!index) return fail(index.error());
      run.figure = *index;
      run.text = text_of(*figure, piece);
      const auto change = changes_.find(figure->ref);
      if (change != changes_.end()) run.old_text = change->second->old_text;
    }
    return run;
  }

  std::string text_of(const Figure& figure, const Piece& piece) const {
    if (figure.word) return figure.word->in(lang_);
    if (std::isnan(figure.value)) return "—";
    std::string text = printed(figure.value, piece.decimals >= 0 ? piece.decimals : figure.decimals);
    if (piece.sign && figure.value > 0) text.insert(0, "+");
    if (piece.unit && !figure.unit.empty()) text += (figure.unit == "%" ? "" : " ") + figure.unit;
    return text;
  }

  Result<Runs> runs_of(const Node& node, const Line& line) {
    Runs runs;
    for (const auto& piece : line) {
      auto run = run_of(node, piece);
      if (!run) return fail(run.error());
      runs.push_back(std::move(*run));
    }
    return runs;
  }

  Result<void> text_block(const Node& node, Block::Kind kind) {
    auto runs = runs_of(node, node.text);
    if (!runs) return fail(runs.error());
    if (kind == Block::Kind::title && out_.title.empty()) {
      for (const auto& run : *runs) out_.title += run.text;
    }
    Block block;
    block.kind = kind;
    block.level = node.level;
    block.runs = std::move(*runs);
    out_.blocks.push_back(std::move(block));
    return {};
  }

  Result<Runs> caption(const Node& node, std::string_view what, int& count) {
    auto runs = runs_of(node, node.text);
    if (!runs) return runs;
    runs->insert(runs->begin(), Run{std::string(say(what, lang_)) + std::to_string(++count) + "　", true, -1, {}});
    return runs;
  }

  Result<bool> holds(const Node& node) const {
    const auto& condition = node.condition;
    const auto value = need(node, condition.path);
    if (!value) return fail(value.error());
    bool true_so_far = true;
    if (const auto* list = std::get_if<std::vector<Record>>(&(*value)->of)) true_so_far = !list->empty();
    if (const auto* words = std::get_if<Words>(&(*value)->of)) true_so_far = !words->in(lang_).empty();
    if (const auto* figure = std::get_if<Figure>(&(*value)->of)) {
      true_so_far = !figure->is_missing();
      if (!condition.comparison.empty()) true_so_far = compare(*figure, condition);
    }
    return true_so_far != condition.negated;
  }

  static bool compare(const Figure& figure, const Condition& condition) {
    if (std::isnan(figure.value)) return false;
    const double a = figure.value;
    const double b = condition.number;
    const auto& how = condition.comparison;
    return how == "<"    ? a < b
           : how == "<=" ? a <= b
           : how == ">"  ? a > b
           : how == ">=" ? a >= b
           : how == "="  ? a == b
                         : a != b;
  }

  template <class Act>
  Result<void> for_each(const Node& node, const std::string& variable, Act act) {
    const auto value = need(node, node.path);
    if (!value) return fail(value.error());
    const auto* list = std::get_if<std::vector<Record>>(&(*value)->of);
    if (list == nullptr) return fail(Errc::invalid_value, where_of(form_, node) + "'" + node.path + "' is no list");
    for (const auto& record : *list) {
      scopes_.emplace_back(variable, &record);
      auto good = act(record);
      scopes_.pop_back();
      if (!good) return good;
    }
    return {};
  }

  Result<void> rows_into(const std::vector<Node>& nodes, Table& table) {
    for (const auto& node : nodes) {
      Result<void> good{};
      if (node.kind == Node::Kind::each) {
        good = for_each(node, node.variable, [&](const Record&) { return rows_into(node.children, table); });
      } else if (node.kind == Node::Kind::when) {
        const auto yes = holds(node);
        if (!yes) return fail(yes.error());
        good = rows_into(*yes ? node.children : node.others, table);
      } else {
        std::vector<Runs> row;
        for (const auto& cell : node.cells) {
          auto runs = runs_of(node, cell);
          if (!runs) return fail(runs.error());
          row.push_back(std::move(*runs));
        }
        table.rows.push_back(std::move(row));
      }
      if (!good) return good;
    }
    return {};
  }

  Result<void> table(const Node& node) {
    Block block;
    block.kind = Block::Kind::table;
    auto title = caption(node, "table", tables_);
    if (!title) return fail(title.error());
    block.table.caption = std::move(*title);
    for (const auto& cell : node.head) {
      auto runs = runs_of(node, cell);
      if (!runs) return fail(runs.error());
      block.table.head.push_back(std::move(*runs));
    }
    block.table.align = node.align;
    if (auto good = rows_into(node.children, block.table); !good) return good;
    if (block.table.rows.empty()) {
      block.table.rows.emplace_back(block.table.head.size());
      block.table.rows[0][0].push_back(Run{std::string(say("no-rows", lang_)), false, -1, {}});
    }
    out_.blocks.push_back(std::move(block));
    return {};
  }

  std::string option(const Node& node, std::string_view name) const {
    const auto found = node.options.find(name);
    return found == node.options.end() ? std::string() : found->second;
  }

  Result<void> chart(const Node& node) {
    Block block;
    block.kind = Block::Kind::chart;
    const std::string type = option(node, "type");
    block.chart.type = type == "bar"        ? Chart::Type::bar
                       : type == "calendar" ? Chart::Type::calendar
                                            : Chart::Type::line;
    auto good = for_each(node, "_", [&](const Record& record) -> Result<void> {
      ChartPoint point;
      const Value* x = record.find(option(node, "x"));
      if (x != nullptr) put_x(*x, point);
      const Figure* y = record.figure(option(node, "y"));
      if (y == nullptr) return fail(Errc::not_found, where_of(form_, node) + "no '" + option(node, "y") + "' came");
      const auto index = number(node, *y);
      if (!index) return fail(index.error());
      point.figure = *index;
      point.y = y->value;
      point.y_text = printed(*y, lang_);
      point.colour = y->colour;
      point.text_colour = y->text_colour;
      if (const Figure* level = record.figure(option(node, "level"))) {
        point.colour = level->colour;
        point.text_colour = level->text_colour;
      }
      point.y2 = std::nan("");
      block.chart.unit = y->unit;
      const std::string name = short_name(*y);
      block.chart.y_name = block.chart.points.empty() || block.chart.y_name == name ? name : std::string();
      if (const Figure* second = record.figure(option(node, "y2"))) {
        if (const auto also = number(node, *second); !also) return fail(also.error());
        point.y2 = second->value;
        block.chart.y2_name = short_name(*second);
      }
      block.chart.points.push_back(std::move(point));
      return {};
    });
    if (!good) return good;
    if (block.chart.points.empty()) return {};
    auto title = caption(node, "chart", charts_);
    if (!title) return fail(title.error());
    block.runs = std::move(*title);
    out_.blocks.push_back(std::move(block));
    return {};
  }

  /// "王岗中学 AQI" is the AQI in a legend of one place.
  std::string short_name(const Figure& figure) const {
    const std::string& name = figure.name.in(lang_);
    const auto at = lang_ == "en" ? name.rfind(", ") : name.rfind(' ');
    return at == std::string::npos ? name : name.substr(at + (lang_ == "en" ? 2 : 1));
  }

  void put_x(const Value& value, ChartPoint& point) const {
    if (const auto* words = std::get_if<Words>(&value.of)) point.x = words->in(lang_);
    if (const auto* figure = std::get_if<Figure>(&value.of)) point.x = printed(*figure, lang_);
    if (const auto* day = std::get_if<LegalDay>(&value.of)) {
      point.day = *day;
      const auto civil = to_beijing(first_moment_of(*day));
      point.x = std::to_string(civil.month) + "-" + std::to_string(civil.day);
    }
    if (const auto* moment = std::get_if<Instant>(&value.of)) point.x = to_beijing_minute(*moment).substr(5);
  }

  Result<void> map(const Node& node) {
    Block block;
    block.kind = Block::Kind::map;
    Instant newest{INT64_MIN};
    auto good = for_each(node, "_", [&](const Record& record) -> Result<void> {
      const Figure* value = record.figure(option(node, "value"));
      const Value* name = record.find(option(node, "name"));
      const Figure* lon = record.figure("lon");
      const Figure* lat = record.figure("lat");
      if (value == nullptr || name == nullptr || lon == nullptr || lat == nullptr)
        return fail(Errc::not_found, where_of(form_, node) + "a row of '" + node.path + "' has no place or no value");
      const auto index = number(node, *value);
      if (!index) return fail(index.error());
      MapPoint point;
      if (const auto* words = std::get_if<Words>(&name->of)) point.name = words->in(lang_);
      point.text = printed(*value, lang_);
      const Figure* level = record.figure(option(node, "level"));
      point.colour = level != nullptr ? level->colour : value->colour;
      point.text_colour = level != nullptr ? level->text_colour : value->text_colour;
      point.where = {lon->value, lat->value};
      point.figure = *index;
      newest = std::max(newest, value->evidence.time);
      block.map.points.push_back(std::move(point));
      return {};
    });
    if (!good) return good;
    if (block.map.points.empty()) return {};
    auto title = caption(node, "chart", charts_);
    if (!title) return fail(title.error());
    block.runs = std::move(*title);
    block.map.source = std::string(say("source", lang_)) + out_.making.shapes_source;
    block.map.time = std::string(say("data-time", lang_)) + to_beijing_minute(newest);
    out_.blocks.push_back(std::move(block));
    return {};
  }

  void plain(Block::Kind kind, std::string text, int level = 0, bool bold = false) {
    Block block;
    block.kind = kind;
    block.level = level;
    block.runs.push_back(Run{std::move(text), bold, -1, {}});
    out_.blocks.push_back(std::move(block));
  }

  Runs cell(std::string text) const { return {Run{std::move(text), false, -1, {}}}; }

  void errata() {
    if (out_.making.version < 2) return;
    plain(Block::Kind::heading, std::string(say("errata", lang_)), 1);
    if (out_.making.changes.empty()) return plain(Block::Kind::paragraph, std::string(say("none-changed", lang_)));
    plain(Block::Kind::paragraph, std::string(say("errata-hint", lang_)));
    Block block;
    block.kind = Block::Kind::table;
    block.table.caption = {
        Run{std::string(say("table", lang_)) + std::to_string(++tables_) + "　" + std::string(say("errata", lang_)),
            true,
            -1,
            {}}};
    for (const auto* key : {"what", "old", "new", "erratum", "why", "when"})
      block.table.head.push_back(cell(std::string(say(key, lang_))));
    block.table.align = {'l', 'r', 'r', 'c', 'l', 'c'};
    for (const auto& change : out_.making.changes) {
      std::vector<Runs> row = {cell(change.name),
                               cell({}),
                               cell({}),
                               cell(change.erratum.empty() ? "—" : change.erratum),
                               cell(change.why.empty() ? std::string(say("unexplained", lang_)) : change.why),
                               cell(change.at)};
      const auto place = numbers_.find(change.ref);
      const int figure = place == numbers_.end() ? -1 : place->second;
      row[1] = {Run{{}, false, figure, change.old_text}};
      row[2] = {Run{change.new_text, true, figure, {}}};
      block.table.rows.push_back(std::move(row));
    }
    out_.blocks.push_back(std::move(block));
  }

  Result<void> one(const Node& node) {
    switch (node.kind) {
      case Node::Kind::title: return text_block(node, Block::Kind::title);
      case Node::Kind::heading: return text_block(node, Block::Kind::heading);
      case Node::Kind::paragraph: return text_block(node, Block::Kind::paragraph);
      case Node::Kind::bullet: return text_block(node, Block::Kind::bullet);
      case Node::Kind::table: return table(node);
      case Node::Kind::chart: return chart(node);
      case Node::Kind::map: return map(node);
      case Node::Kind::each: return for_each(node, node.variable, [&](const Record&) { return fill(node.children); });
      case Node::Kind::when: {
        const auto yes = holds(node);
        if (!yes) return fail(yes.error());
        return fill(*yes ? node.children : node.others);
      }
      case Node::Kind::remarks:
        if (!out_.making.remarks.empty()) {
          plain(Block::Kind::heading, std::string(say("remarks", lang_)), 1);
          plain(Block::Kind::paragraph, out_.making.remarks);
        }
        return {};
      case Node::Kind::errata: errata(); return {};
      case Node::Kind::contents: plain(Block::Kind::contents, std::string(say("contents", lang_))); return {};
      case Node::Kind::sign: plain(Block::Kind::sign, {}); return {};
      case Node::Kind::page_break: plain(Block::Kind::page_break, {}); return {};
      case Node::Kind::row: return {};
    }
    return {};
  }

  const Template& form_;
  const Record& root_;
  Document& out_;
  const std::string lang_;
  std::vector<Scope> scopes_;
  std::map<std::string, int> numbers_;
  std::map<std::string, const Change*> changes_;
  int tables_ = 0, charts_ = 0;
};

/// The annex: each figure with what it rests on.
Block annex_table(const Document& document) {
  const std::string& lang = document.making.lang;
  Block block;
  block.kind = Block::Kind::table;
  const auto text = [](std::string words) { return Runs{Run{std::move(words), false, -1, {}}}; };
  for (const auto* key : {"code", "what", "value", "time", "basis", "received"})
    block.table.head.push_back(text(std::string(say(key, lang))));
  block.table.align = {'c', 'l', 'r', 'c', 'l', 'c'};
  for (std::size_t i = 0; i < document.figures.size(); ++i) {
    const Figure& figure = document.figures[i];
    const int index = static_cast<int>(i);
    std::string value = printed(figure, lang);
    if (!figure.word && !std::isnan(figure.value) && !figure.unit.empty()) value += " " + figure.unit;
    std::string how = figure.evidence.how.in(lang);
    if (!figure.evidence.edition.empty())
      how += (lang == "en" ? " (" : "（") + figure.evidence.edition + (lang == "en" ? ")" : "）");
    if (figure.is_missing()) {
      const std::string& why = figure.missing.in(lang);
      how += (lang == "en" ? "; " : "；") + (why.empty() ? std::string(say("missing", lang)) : why);
    }
    block.table.rows.push_back(
        {{Run{document.number_of(index), false, index, {}}},
         text(figure.name.in(lang)),
         {Run{value, false, index, {}}},
         text(to_beijing_minute(figure.evidence.time)),
         text(how),
         text(figure.evidence.result_time ? to_beijing_minute(*figure.evidence.result_time) : "—")});
  }
  return block;
}

}  // namespace

std::string_view say(std::string_view key, std::string_view lang) {
  for (const auto& phrase : phrases) {
    if (phrase.key == key) return lang == "en" ? phrase.en : phrase.zh;
  }
  return key;
}

std::string Document::number_of(int figure) const { return "E" + std::to_string(figure + 1); }
std::string Document::page_head() const {
  std::string text = title.find(making.city) == std::string::npos ? making.city + "　" + title : title;
  if (making.draft) text += "　" + std::string(say("draft", making.lang));
  return text;
}
std::string Document::link_of(const Figure& figure) const { return making.address + "/" + figure.evidence.link; }

Result<Document> make_document(const Template& form, const Record& values, Making making) {
  Document document;
  document.template_id = form.id;
  document.making = std::move(making);
  const auto body = form.body.find(document.making.lang == "en" ? "en" : "zh");
  if (body == form.body.end()) return fail(Errc::not_found, form.id + ".md has no text in that language", "lang");
  // The first time tells which figures there are: errata may name one before the text does.
  Document first = document;
  if (auto good = Filler(form, values, first).fill(body->second); !good) return fail(good.error());
  document.figures = std::move(first.figures);
  if (auto good = Filler(form, values, document).fill(body->second); !good) return fail(good.error());
  Block heading;
  heading.kind = Block::Kind::heading;
  heading.level = 1;
  heading.runs.push_back(Run{std::string(say("annex", document.making.lang)), false, -1, {}});
  Block hint;
  const auto* const said = form.annex_apart ? "annex-apart" : "annex-hint";
  hint.runs.push_back(Run{std::string(say(said, document.making.lang)), false, -1, {}});
  if (!document.figures.empty()) {
    document.blocks.push_back(std::move(heading));
    document.blocks.push_back(std::move(hint));
    if (!form.annex_apart) document.blocks.push_back(annex_table(document));
  }
  return document;
}

}  // namespace celadon::report
