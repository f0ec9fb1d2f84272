#include "intake/reviewed_pairs.hpp"

#include "core/units.hpp"
#include "intake/import_sink.hpp"
#include "intake/table_file.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace celadon::intake {
namespace {

enum class PairColumn : std::uint8_t {
  site,
  property,
  period,
  time,
  raw,
  reviewed,
  unit,
  flag,
  reason,
  note,
  reviewer
};
struct PairHead {
  std::string_view en, zh;
  bool is_needed;
};
constexpr std::array<PairHead, 11> pair_heads = {{{"site", "点位", true},
                                                  {"property", "项目", true},
                                                  {"period", "周期", true},
                                                  {"time", "时间", true},
                                                  {"raw", "审核前", true},
                                                  {"reviewed", "审核后", true},
                                                  {"unit", "单位", false},
                                                  {"flag", "标记", false},
                                                  {"reason", "理由", false},
                                                  {"note", "备注", false},
                                                  {"reviewer", "审核人", false}}};

/// Periods as exports write them beside ISO 8601.
const std::map<std::string_view, Averaging>& period_words() {
  static const std::map<std::string_view, Averaging> words = {{"小时", hourly},       {"时", hourly},
                                                              {"1小时", hourly},      {"hour", hourly},
                                                              {"4小时", four_hourly}, {"四小时", four_hourly}};
  return words;
}

struct PairWords {
  const char *zh, *en, *remedy_zh, *remedy_en;
};
constexpr PairWords no_number = {"不是数字", "is not a number", "写十进制数字；没有数值就留空",
                                 "write decimal digits, or leave it blank where there is no value"};
constexpr PairWords no_time = {"不是时间", "is not a time", "写窗口结束时刻，如 2020-04-03 08:00（北京时间）",
                               "write the end of the window, as 2020-04-03 08:00 (Beijing time)"};
constexpr PairWords no_period = {"周期不认识", "is no period that is known", "写 PT1H、PT4H，或 小时、4小时",
                                 "write PT1H or PT4H"};
constexpr PairWords no_site = {"没有这个点位", "no site has this id, code or name",
                               "写点位编号、官方编码或名称；GET /api/v1/sites 列出全部",
                               "write a site's id, official code or name; GET /api/v1/sites lists them"};
constexpr PairWords no_property = {"没有这个项目", "no property has this id or name",
                                   "写 packs/properties.csv 里的项目编号，如 PM2.5",
                                   "write an id of packs/properties.csv, such as PM2.5"};
constexpr PairWords no_flag = {"标记应为一个字符", "a mark is one character", "写一个字符，如 N 或 M，或留空",
                               "write one character, such as N or M, or leave it blank"};
constexpr PairWords too_long = {"文字太长", "is too long", "缩短到 2000 字节以内", "shorten it to 2000 bytes"};

/// As much of a cell as is shown beside its problem: whole characters.
std::string cell_shown(std::string_view text) {
  constexpr std::size_t shown_max = 200;
  if (text.size() <= shown_max) return std::string(text);
  std::size_t end = shown_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "...";
}

/// One property and unit of the file, looked up once.
struct PairUnit {
  std::string property;
  Conversion conversion;
  std::optional<PairProblem> refusal;
};

class PairReader {
  using enum PairColumn;

 public:
  PairReader(ByteSource& source, const PairPorts& ports, const PairLimits& limits)
      : source_(source), ports_(ports), limits_(limits) {}

  Result<ReviewedPairs> read() {
    auto text = whole_text();
    if (!text) return fail(text.error());
    auto bytes = ByteSource::memory(*text, source_.name());
    CsvReader reader(bytes);
    if (auto head = read_head(reader); !head) return fail(head.error());
    while (true) {
      const auto step = reader.next();
      if (!step) return fail(step.error());
      if (*step == CsvReader::Step::end) break;
      if (++found_.rows_read > limits_.rows_max) {
        return fail(Errc::too_many, source_.name() + ": more than " + std::to_string(limits_.rows_max) +
                                        " rows; split the file by month or station");
      }
      if (found_.rows_read % rows_between_reports == 0) {
        if (ports_.progress) ports_.progress({bytes.bytes_read(), bytes.bytes_total(), found_.rows_read});
        if (ports_.cancelled && ports_.cancelled())
          return fail(Errc::refused, source_.name() + ": stopped on request; nothing was stored");
      }
      take(reader, *step == CsvReader::Step::bad_record);
      if (trouble_) return fail(*trouble_);
    }
    if (ports_.progress) ports_.progress({bytes.bytes_total(), bytes.bytes_total(), found_.rows_read});
    return std::move(found_);
  }

 private:
  static constexpr std::uint64_t rows_between_reports = 4096;

  Result<std::string> whole_text() {
    auto text = read_all(source_, limits_.unpacked_bytes_max);
    if (!text) return text;
    return as_utf8(std::move(*text), source_.name());
  }

  Result<void> read_head(CsvReader& reader) {
    static constexpr std::array<std::string_view, 0> none = {};
    const auto header = Header::read(reader, none);
    if (!header) return fail(header.error());
    columns_ = header->columns().size();
    place_.fill(-1);
    for (std::size_t i = 0; i < header->columns().size(); ++i) {
      const std::string& name = header->columns()[i];
      const auto head =
          std::ranges::find_if(pair_heads, [&](const auto& one) { return one.en == name || one.zh == name; });
      if (head == pair_heads.end()) {
        found_.unread.push_back(name);
        continue;
      }
      int& place = place_[static_cast<std::size_t>(head - pair_heads.begin())];
      if (place >= 0) {
        return fail(Errc::malformed,
                    source_.name() + ": the header has '" + std::string(head->en) + "' (" + std::string(head->zh) +
                        ") twice; leave one of the columns out",
                    std::string(head->en));
      }
      place = static_cast<int>(i);
    }
    for (std::size_t i = 0; i < pair_heads.size(); ++i) {
      if (!pair_heads[i].is_needed || place_[i] >= 0) continue;
      return fail(Errc::malformed,
                  source_.name() + ": the header has no column '" + std::string(pair_heads[i].en) + "' (" +
                      std::string(pair_heads[i].zh) +
                      "); a table of pairs begins with site,property,period,time,raw,reviewed",
                  std::string(pair_heads[i].en));
    }
    return {};
  }

  [[nodiscard]] std::string_view at(PairColumn column) const {
    const int place = place_[static_cast<std::size_t>(column)];
    return place < 0 ? std::string_view{} : trimmed(fields_[static_cast<std::size_t>(place)]);
  }

  void refuse(PairColumn column, const PairWords& words) {
    found_.problems.add({line_, std::string(pair_heads[static_cast<std::size_t>(column)].en), cell_shown(at(column)),
                         words.zh, words.en, words.remedy_zh, words.remedy_en});
  }
  void refuse_record(std::string zh, std::string en) {
    found_.problems.add({line_, "", "", std::move(zh), std::move(en), "按表头补齐或拆分这一行，检查引号",
                         "make the row fit the header; look at its quotes"});
  }

  void take(const CsvReader& reader, bool is_bad) {
    line_ = reader.line();
    if (is_bad) return refuse_record("本行无法读取：" + reader.problem(), "cannot be read: " + reader.problem());
    fields_ = reader.fields();
    if (fields_.size() != columns_) {
      const auto have = std::to_string(fields_.size()), want = std::to_string(columns_);
      return refuse_record("有 " + have + " 列，表头有 " + want + " 列",
                           "has " + have + " fields, the header has " + want);
    }
    ReviewedPair pair;
    pair.line = line_;
    if (take_place(pair) && take_times(pair) && take_values(pair) && take_texts(pair))
      found_.rows.push_back(std::move(pair));
  }

  bool take_place(ReviewedPair& pair) {
    const std::string text(at(site));
    auto known = sites_.find(text);
    if (known == sites_.end()) {
      SiteHint hint;
      hint.id = text;
      auto id = ports_.site(hint);
      if (!id && !refuses_row(id.error())) {
        trouble_ = id.error();
        return false;
      }
      if (sites_.size() >= remembered_max) sites_.clear();
      known = sites_.emplace(text, id && *id ? **id : std::string()).first;
    }
    if (known->second.empty()) return refuse(site, no_site), false;
    pair.site = known->second;
    return true;
  }

  bool take_times(ReviewedPair& pair) {
    const auto word = period_words().find(at(period));
    if (word != period_words().end()) {
      pair.averaging = word->second;
    } else {
      const auto averaging = parse_averaging(at(period));
      if (!averaging) return refuse(period, no_period), false;
      pair.averaging = *averaging;
    }
    const auto instant = parse_instant(at(time));
    if (!instant) return refuse(time, no_time), false;
    pair.time = *instant;
    return true;
  }

  const PairUnit& unit_of_row() {
    key_.assign(at(property)).append(1, '\n').append(at(unit));
    const auto known = units_.find(key_);
    if (known != units_.end()) return known->second;
    if (units_.size() >= remembered_max) units_.clear();
    PairUnit made;
    const auto found = ports_.property(std::string(at(property)));
    if (!found) {
      made.refusal =
          PairProblem{0, "property", {}, no_property.zh, no_property.en, no_property.remedy_zh, no_property.remedy_en};
    } else {
      made.property = found->id;
      if (const auto text = at(unit); !text.empty()) {
        const auto converted = conversion(text, found->unit);
        if (converted) {
          made.conversion = *converted;
        } else {
          made.refusal = PairProblem{0,
                                     "unit",
                                     {},
                                     "单位换算不了",
                                     converted.error().detail,
                                     "写这个项目的单位，如 " + found->unit + "，或留空",
                                     "write a unit of this property, such as " + found->unit + ", or leave it blank"};
        }
      }
    }
    return units_.emplace(key_, std::move(made)).first->second;
  }

  bool take_number(PairColumn column, const Conversion& conversion, double& into) {
    const Cell cell = read_cell(at(column), into);
    if (cell == Cell::bad || cell == Cell::not_fitted) return refuse(column, no_number), false;
    if (cell == Cell::number) into = conversion(into);
    return true;
  }

  bool take_values(ReviewedPair& pair) {
    const PairUnit& bound = unit_of_row();
    if (bound.refusal) {
      PairProblem problem = *bound.refusal;
      problem.line = line_;
      problem.value = cell_shown(at(problem.field == "unit" ? unit : property));
      found_.problems.add(std::move(problem));
      return false;
    }
    pair.property = bound.property;
    return take_number(raw, bound.conversion, pair.raw) && take_number(reviewed, bound.conversion, pair.reviewed);
  }

  bool take_texts(ReviewedPair& pair) {
    const auto mark = at(flag);
    if (mark.size() > 1 || (mark.size() == 1 && (mark[0] <= ' ' || mark[0] > '~'))) return refuse(flag, no_flag), false;
    pair.flag = mark.empty() ? DeviceFlag{0} : mark[0];
    for (const auto& [column, into] :
         {std::pair(reason, &pair.reason), std::pair(note, &pair.note), std::pair(reviewer, &pair.reviewer)}) {
      if (at(column).size() > limits_.note_bytes_max) return refuse(column, too_long), false;
      *into = std::string(at(column));
    }
    return true;
  }

  static constexpr std::size_t remembered_max = 100'000;  // a hostile file may name another site a row

  ByteSource& source_;
  const PairPorts& ports_;
  const PairLimits& limits_;
  ReviewedPairs found_;
  std::array<int, pair_heads.size()> place_{};
  std::size_t columns_ = 0;
  std::uint64_t line_ = 0;
  std::span<const std::string_view> fields_;
  std::unordered_map<std::string, std::string> sites_;  ///< blank: refused
  std::unordered_map<std::string, PairUnit> units_;
  std::string key_;
  std::optional<Error> trouble_;
};

}  // namespace

void PairProblems::add(PairProblem problem) {
  if (++count_ <= kept_max) kept_.push_back(std::move(problem));
}

Result<ReviewedPairs> read_reviewed_pairs(ByteSource& source, const PairPorts& ports, const PairLimits& limits) {
  return PairReader(source, ports, limits).read();
}

}  // namespace celadon::intake
