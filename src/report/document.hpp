#pragma once

#include "core/geometry.hpp"
#include "report/figure.hpp"
#include "report/template.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace celadon::report {

/// A stretch of text of one look.
struct Run {
  std::string text;
  bool bold = false;
  int figure = -1;       ///< into Document::figures; -1: no figure
  std::string old_text;  ///< what the version before printed here, where that was otherwise
};
using Runs = std::vector<Run>;

struct Table {
  Runs caption;
  std::vector<Runs> head;
  std::vector<std::vector<Runs>> rows;  ///< each as long as the head
  std::vector<char> align;              ///< 'l', 'c', 'r'
};

/// A point of a chart; all its numbers are figures of the document.
struct ChartPoint {
  std::string x;                ///< as printed under the axis
  std::optional<LegalDay> day;  ///< where x is a day
  double y = 0, y2 = 0;         ///< NaN: missing
  int figure = -1;
  std::string y_text, colour, text_colour;  ///< of its level
};
struct Chart {
  enum class Type : std::uint8_t { line, bar, calendar };
  Type type = Type::line;
  std::string y_name, y2_name, unit;  ///< y2_name empty: one series
  std::vector<ChartPoint> points;
};

struct MapPoint {
  std::string name, text, colour, text_colour;
  LonLat where;
  int figure = -1;
};
/// Outlines the map is drawn on.
struct MapShape {
  std::string name;
  bool area = false;
  std::vector<std::vector<LonLat>> lines;  ///< rings of an area
};
struct Map {
  std::vector<MapPoint> points;
  std::string source;  ///< printed under it: whose outlines, how exact
  std::string time;    ///< of the data
};

struct Block {
  enum class Kind : std::uint8_t { title, heading, paragraph, bullet, table, chart, map, picture, contents, sign, page_break };
  Kind kind = Kind::paragraph;
  int level = 0;  ///< of a heading
  Runs runs;      ///< text; caption of a chart, map or picture
  Table table;
  Chart chart;
  Map map;
  std::string svg;  ///< of a picture: an SVG document with a viewBox
};

/// A figure that came out otherwise than in the version before.
struct Change {
  std::string ref, name, old_text, new_text;
  std::string erratum;  ///< "12"; empty where no erratum names it
  std::string why, at;  ///< reason and day of the erratum
};

/// What is known beside the values when a report is made.
struct Making {
  std::string lang = "zh";
  std::string city;  ///< name, for the head of the pages
  std::string remarks;
  bool draft = true;
  std::string who, signed_at;  ///< of the signature; empty for a draft
  std::string known_at;        ///< what the archive had learnt by then
  int version = 1;
  std::string report_id;
  std::string address;  ///< of the page, no '/' at its end: evidence links begin with it
  std::vector<Change> changes;
  std::vector<MapShape> shapes;  ///< of the city
  std::string shapes_source;
  Instant made_at;  ///< printed into the files as their date
};

/// A report before it is a file: everything the writers need, and nothing they must ask for.
struct Document {
  std::string template_id, title;
  Making making;
  std::vector<Block> blocks;
  std::vector<Figure> figures;  ///< in the order they are first printed; number 1 is figures[0]
  [[nodiscard]] std::string number_of(int figure) const;  ///< "E1"
  [[nodiscard]] std::string page_head() const;            ///< what stands on top of each page
  [[nodiscard]] std::string link_of(const Figure& figure) const;
};

/// Fills a template with values. Tables, charts and maps are numbered; every number that comes from the values is a
/// figure of the document with its evidence, and so is every point of a chart or map.
///
/// Errors   not_found where the template asks for a value the sets promise and `values` has not (named with its line);
///          invalid_value for a figure without evidence.
[[nodiscard]] Result<Document> make_document(const Template& form, const Record& values, Making making);

/// Words of the engine itself: captions, signature, annex.
[[nodiscard]] std::string_view say(std::string_view key, std::string_view lang);

}  // namespace celadon::report
