#include "report/draw.hpp"
#include "report/writers.hpp"

#include <zip.h>
#include <pugixml.hpp>

#include <cmath>
#include <cstring>
#include <ctime>
#include <memory>
#include <sstream>
#include <utility>

// WordprocessingML as ECMA-376 part 1 has it; numbers in brackets are its sections.

namespace celadon::report {
namespace {

constexpr double page_width_pt = 595.3, margin_pt = 72, text_width_pt = page_width_pt - 2 * margin_pt;
constexpr int emu_per_point = 12700;

/// Parts of the package in order, made into one ZIP with a date of its own, so that the same parts give the same bytes.
class Package {
 public:
  void add(std::string name, std::string content) { parts_.emplace_back(std::move(name), std::move(content)); }

  Result<std::string> zip(Instant made_at) const {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_t* zip = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_TRUNCATE, &error);
    if (zip == nullptr) {
      const std::string why = zip_error_strerror(&error);
      if (source != nullptr) zip_source_free(source);
      zip_error_fini(&error);
      return fail(Errc::io_failed, "a Word file cannot be begun: " + why);
    }
    zip_error_fini(&error);
    zip_source_keep(source);  // the bytes are read after the archive is closed
    const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> kept(source, &zip_source_free);
    for (const auto& [name, content] : parts_) {
      zip_source_t* part = zip_source_buffer(zip, content.data(), content.size(), 0);
      const zip_int64_t at = part == nullptr ? -1 : zip_file_add(zip, name.c_str(), part, ZIP_FL_ENC_UTF_8);
      if (at < 0) {
        if (part != nullptr) zip_source_free(part);
        const std::string why = zip_strerror(zip);
        zip_discard(zip);
        return fail(Errc::io_failed, "a Word file cannot be written: " + why);
      }
      // ZIP keeps local time; the offset of this machine is taken out, so that it does not matter.
      const std::time_t when = static_cast<std::time_t>(made_at.us / us_per_second);
      std::tm utc{};
      gmtime_r(&when, &utc);
      utc.tm_isdst = -1;
      zip_file_set_mtime(zip, static_cast<zip_uint64_t>(at), std::mktime(&utc), 0);
    }
    if (zip_close(zip) != 0) {
      const std::string why = zip_strerror(zip);
      zip_discard(zip);
      return fail(Errc::io_failed, "a Word file cannot be written: " + why);
    }
    zip_stat_t stat;
    if (zip_source_open(source) != 0 || zip_source_stat(source, &stat) != 0)
      return fail(Errc::io_failed, "a Word file cannot be read back");
    std::string bytes(stat.size, '\0');
    const auto read = zip_source_read(source, bytes.data(), bytes.size());
    zip_source_close(source);
    if (read != static_cast<zip_int64_t>(bytes.size())) return fail(Errc::io_failed, "a Word file cannot be read back");
    return bytes;
  }

 private:
  std::vector<std::pair<std::string, std::string>> parts_;
};

std::string text_of(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, "", pugi::format_raw, pugi::encoding_utf8);
  return out.str();
}

constexpr const char* w_namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
constexpr const char* r_namespace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr const char* type_base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

pugi::xml_node element(pugi::xml_node parent, const char* name,
                       std::initializer_list<std::pair<const char*, std::string>> attributes = {}) {
  auto node = parent.append_child(name);
  for (const auto& [key, value] : attributes) node.append_attribute(key) = value.c_str();
  return node;
}

pugi::xml_node root_of(pugi::xml_document& document, const char* name) {
  auto declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  declaration.append_attribute("standalone") = "yes";
  auto root = document.append_child(name);
  root.append_attribute("xmlns:w") = w_namespace;
  root.append_attribute("xmlns:r") = r_namespace;
  return root;
}

/// Relationships of the document part (part 2, 9).
class Relations {
 public:
  Relations() {
    root_ = xml_.append_child("Relationships");
    root_.append_attribute("xmlns") = "http://schemas.openxmlformats.org/package/2006/relationships";
  }
  std::string add(const std::string& type, const std::string& target, bool outside = false) {
    const std::string id = "rId" + std::to_string(++count_);
    auto node = element(root_, "Relationship", {{"Id", id}, {"Type", type_base + type}, {"Target", target}});
    if (outside) node.append_attribute("TargetMode") = "External";
    return id;
  }
  std::string text() const { return text_of(xml_); }

 private:
  pugi::xml_document xml_;
  pugi::xml_node root_;
  int count_ = 0;
};

void put_text(pugi::xml_node run, const char* name, const std::string& text) {
  std::string clean;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20) clean += c;
  }
  auto node = element(run, name);
  node.append_attribute("xml:space") = "preserve";
  node.text().set(clean.c_str());
}

std::string hex_of(const std::string& colour) { return colour.size() == 7 ? colour.substr(1) : "auto"; }

class Body {
 public:
  Body(const Document& document, Relations& relations, Package& package)
      : document_(document), relations_(relations), package_(package) {}

  Result<std::string> make() {
    auto root = root_of(xml_, "w:document");
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, const char*>>{
             {"xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"},
             {"xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main"},
             {"xmlns:pic", "http://schemas.openxmlformats.org/drawingml/2006/picture"}})
      root.append_attribute(key) = value;
    body_ = root.append_child("w:body");
    for (const auto& block : document_.blocks) {
      if (auto good = put(block); !good) return fail(good.error());
    }
    section();
    return text_of(xml_);
  }

 private:
  pugi::xml_node paragraph(pugi::xml_node parent, const char* style, const char* align = nullptr) {
    auto p = element(parent, "w:p");
    auto properties = element(p, "w:pPr");
    element(properties, "w:pStyle", {{"w:val", style}});
    if (align != nullptr) element(properties, "w:jc", {{"w:val", align}});
    return p;
  }

  /// A run with the looks a figure's colour, an erratum and bold give (17.3.2).
  static pugi::xml_node run(pugi::xml_node parent, const std::string& text, bool bold, bool struck = false,
                            bool changed = false, const Figure* figure = nullptr) {
    auto r = element(parent, "w:r");
    auto properties = element(r, "w:rPr");
    if (bold) element(properties, "w:b");
    if (struck) element(properties, "w:strike");
    if (struck || changed) element(properties, "w:color", {{"w:val", struck ? "808080" : "C00000"}});
    if (figure != nullptr && figure->word && !figure->colour.empty()) {
      if (!changed) element(properties, "w:color", {{"w:val", hex_of(figure->text_colour)}});
      element(properties, "w:shd", {{"w:val", "clear"}, {"w:color", "auto"}, {"w:fill", hex_of(figure->colour)}});
    }
    put_text(r, "w:t", text);
    return r;
  }

  /// A figure: a content control that cannot be edited nor taken away, around a link to its evidence
  /// (17.5.2, 17.16.22).
  void figure_run(pugi::xml_node parent, const Run& piece) {
    const Figure& figure = document_.figures[static_cast<std::size_t>(piece.figure)];
    auto sdt = element(parent, "w:sdt");
    auto properties = element(sdt, "w:sdtPr");
    element(properties, "w:alias",
            {{"w:val", document_.number_of(piece.figure) + " " + figure.name.in(document_.making.lang)}});
    element(properties, "w:tag", {{"w:val", figure.ref}});
    element(properties, "w:id", {{"w:val", std::to_string(1000 + ++controls_)}});
    element(properties, "w:lock", {{"w:val", "sdtContentLocked"}});
    auto content = element(sdt, "w:sdtContent");
    auto& link = links_[piece.figure];
    if (link.empty()) link = relations_.add("hyperlink", document_.link_of(figure), true);
    auto anchor = element(content, "w:hyperlink", {{"r:id", link}, {"w:history", "1"}});
    if (!piece.old_text.empty()) {
      run(anchor, piece.old_text, false, true);
      if (!piece.text.empty()) run(anchor, " ", false);
    }
    if (!piece.text.empty()) run(anchor, piece.text, piece.bold, false, !piece.old_text.empty(), &figure);
  }

  void runs(pugi::xml_node p, const Runs& all) {
    for (const auto& piece : all) {
      if (piece.figure >= 0)
        figure_run(p, piece);
      else
        run(p, piece.text, piece.bold);
    }
  }

  static void field(pugi::xml_node p, const std::string& code, const std::string& shown) {
    const auto mark = [&](const char* type) { element(element(p, "w:r"), "w:fldChar", {{"w:fldCharType", type}}); };
    mark("begin");
    put_text(element(p, "w:r"), "w:instrText", code);
    mark("separate");
    put_text(element(p, "w:r"), "w:t", shown);
    mark("end");
  }

  /// Twentieths of a point by what the columns hold: a Chinese character counts as two letters; long text gives way
  /// first.
  static std::vector<int> widths_of(const Table& table) {
    std::vector<double> wanted(table.head.size(), 6);
    const auto look_at = [&](const std::vector<Runs>& row) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        double letters = 0;
        for (const auto& piece : row[i]) {
          for (const unsigned char c : piece.old_text + piece.text) letters += c < 0x80 ? 1 : (c >= 0xC0 ? 2 : 0);
        }
        wanted[i] = std::max(wanted[i], std::min(letters + 3, 44.0));
      }
    };
    look_at(table.head);
    for (const auto& row : table.rows) look_at(row);
    constexpr double letters_of_a_line = 92;
    const auto total_below = [&](double cap) {
      double total = 0;
      for (const double letters : wanted) total += std::min(letters, cap);
      return total;
    };
    double cap = 44;
    while (cap > 6 && total_below(cap) > letters_of_a_line) cap -= 0.5;
    const double sum = total_below(cap);
    std::vector<int> widths;
    for (const double letters : wanted)
      widths.push_back(static_cast<int>(text_width_pt * 20 * std::min(letters, cap) / sum));
    return widths;
  }

  void table(const Table& table) {
    if (!table.caption.empty()) runs(paragraph(body_, "Caption"), table.caption);
    auto tbl = element(body_, "w:tbl");
    auto properties = element(tbl, "w:tblPr");
    element(properties, "w:tblStyle", {{"w:val", "ReportTable"}});
    element(properties, "w:tblW", {{"w:w", "5000"}, {"w:type", "pct"}});
    element(properties, "w:jc", {{"w:val", "center"}});
    auto grid = element(tbl, "w:tblGrid");
    const auto widths = widths_of(table);
    for (const int width : widths) element(grid, "w:gridCol", {{"w:w", std::to_string(width)}});
    const auto row = [&](const std::vector<Runs>& cells, bool head) {
      auto tr = element(tbl, "w:tr");
      auto row_properties = element(tr, "w:trPr");
      element(row_properties, "w:cantSplit");
      if (head) element(row_properties, "w:tblHeader");
      for (std::size_t i = 0; i < cells.size(); ++i) {
        auto tc = element(tr, "w:tc");
        auto cell_properties = element(tc, "w:tcPr");
        element(cell_properties, "w:tcW", {{"w:w", std::to_string(widths[i])}, {"w:type", "dxa"}});
        element(cell_properties, "w:vAlign", {{"w:val", "center"}});
        const char align = head ? 'c' : table.align[i];
        auto p = paragraph(tc, head ? "TableHead" : "TableText",
                           align == 'r'   ? "right"
                           : align == 'c' ? "center"
                                          : "left");
        runs(p, cells[i]);
      }
    };
    row(table.head, true);
    for (const auto& cells : table.rows) row(cells, false);
    paragraph(body_, "TableText");
  }

  Result<void> picture(const Block& block) {
    const double width = 430;
    const Size size = size_of(block, width);
    const auto png = to_png(document_, block, width, 2.5);
    if (!png) return fail(png.error());
    const std::string name = "media/image" + std::to_string(++pictures_) + ".png";
    package_.add("word/" + name, *png);
    const std::string id = relations_.add("image", name);
    std::string alt;
    for (const auto& piece : block.runs) alt += piece.text;
    const std::string cx = std::to_string(static_cast<long>(size.width * emu_per_point));
    const std::string cy = std::to_string(static_cast<long>(size.height * emu_per_point));
    auto p = paragraph(body_, "Picture");
    auto in_line = element(element(element(p, "w:r"), "w:drawing"), "wp:inline");
    element(in_line, "wp:extent", {{"cx", cx}, {"cy", cy}});
    element(in_line, "wp:docPr", {{"id", std::to_string(pictures_)}, {"name", name}, {"descr", alt}});
    auto data = element(element(in_line, "a:graphic"), "a:graphicData",
                        {{"uri", "http://schemas.openxmlformats.org/drawingml/2006/picture"}});
    auto pic = element(data, "pic:pic");
    auto about = element(pic, "pic:nvPicPr");
    element(about, "pic:cNvPr", {{"id", std::to_string(pictures_)}, {"name", name}});
    element(about, "pic:cNvPicPr");
    auto fill = element(pic, "pic:blipFill");
    element(fill, "a:blip", {{"r:embed", id}});
    element(element(fill, "a:stretch"), "a:fillRect");
    auto shape = element(pic, "pic:spPr");
    auto place = element(shape, "a:xfrm");
    element(place, "a:off", {{"x", "0"}, {"y", "0"}});
    element(place, "a:ext", {{"cx", cx}, {"cy", cy}});
    element(element(shape, "a:prstGeom", {{"prst", "rect"}}), "a:avLst");
    runs(paragraph(body_, "Caption"), block.runs);
    return {};
  }

  void sign() {
    const Making& making = document_.making;
    const auto words = [&](std::string_view key) { return std::string(say(key, making.lang)); };
    const auto entry = [&](const std::string& text) { run(paragraph(body_, "Sign"), text, false); };
    entry(words("signer") + (making.draft ? words("draft") : making.who));
    entry(words("signed-at") + (making.draft ? "" : making.signed_at));
    entry(words("known") + making.known_at);
    if (!making.report_id.empty()) entry(words("number") + making.report_id);
  }

  Result<void> put(const Block& block) {
    switch (block.kind) {
      case Block::Kind::title: runs(paragraph(body_, "Title"), block.runs); return {};
      case Block::Kind::heading:
        runs(paragraph(body_, block.level == 1 ? "Heading1" : "Heading2"), block.runs);
        return {};
      case Block::Kind::paragraph: runs(paragraph(body_, "BodyText"), block.runs); return {};
      case Block::Kind::bullet: {
        auto p = paragraph(body_, "BodyText");
        run(p, "• ", false);
        runs(p, block.runs);
        return {};
      }
      case Block::Kind::table: table(block.table); return {};
      case Block::Kind::chart:
      case Block::Kind::map:
      case Block::Kind::picture: return picture(block);
      case Block::Kind::contents: contents(); return {};
      case Block::Kind::sign: sign(); return {};
      case Block::Kind::page_break:
        element(element(paragraph(body_, "BodyText"), "w:r"), "w:br", {{"w:type", "page"}});
        return {};
    }
    return {};
  }

  /// A table of contents that Word fills; until then it shows the headings (17.16.5.68).
  void contents() {
    run(paragraph(body_, "ContentsHead"), std::string(say("contents", document_.making.lang)), false);
    std::vector<std::pair<int, std::string>> headings;
    for (const auto& block : document_.blocks) {
      if (block.kind != Block::Kind::heading) continue;
      std::string text;
      for (const auto& piece : block.runs) text += piece.text;
      headings.emplace_back(block.level, std::move(text));
    }
    auto p = paragraph(body_, "Contents1");
    const auto mark = [&](pugi::xml_node where, const char* type, bool dirty = false) {
      auto character = element(element(where, "w:r"), "w:fldChar", {{"w:fldCharType", type}});
      if (dirty) character.append_attribute("w:dirty") = "true";
    };
    mark(p, "begin", true);
    put_text(element(p, "w:r"), "w:instrText", " TOC \\o \"1-2\" \\h \\z \\u ");
    mark(p, "separate");
    for (std::size_t i = 0; i < headings.size(); ++i) {
      if (i > 0) p = paragraph(body_, headings[i].first == 1 ? "Contents1" : "Contents2");
      run(p, headings[i].second, false);
    }
    mark(p, "end");
  }

  void section() {
    auto properties = element(body_, "w:sectPr");
    element(properties, "w:headerReference",
            {{"w:type", "default"}, {"r:id", relations_.add("header", "header1.xml")}});
    element(properties, "w:footerReference",
            {{"w:type", "default"}, {"r:id", relations_.add("footer", "footer1.xml")}});
    element(properties, "w:pgSz", {{"w:w", "11906"}, {"w:h", "16838"}});
    element(properties, "w:pgMar",
            {{"w:top", "1701"},
             {"w:right", "1440"},
             {"w:bottom", "1440"},
             {"w:left", "1440"},
             {"w:header", "851"},
             {"w:footer", "851"},
             {"w:gutter", "0"}});
  }

  const Document& document_;
  Relations& relations_;
  Package& package_;
  pugi::xml_document xml_;
  pugi::xml_node body_;
  std::map<int, std::string> links_;
  int controls_ = 0, pictures_ = 0;
};

/// A style of paragraphs (17.7.4). Sizes are half points.
struct ParagraphStyle {
  const char *id, *name, *east_asian, *latin;
  int half_points;
  const char* align;
  int before, after, line, indent_chars;
  bool bold;
  int outline;  ///< -1: none
};

// Fonts as documents of the administration have them, 公文格式 (GB/T 9704-2012): title in 小标宋, body in 仿宋, first
// headings in 黑体, second in 楷体. Where a machine lacks them the fallbacks of fontTable.xml stand in.
constexpr ParagraphStyle looks[] = {
    {"Title", "Title", "方正小标宋简体", "Times New Roman", 40, "center", 120, 240, 0, 0, false, -1},
    {"Heading1", "heading 1", "黑体", "Arial", 30, "left", 240, 120, 0, 0, false, 0},
    {"Heading2", "heading 2", "楷体_GB2312", "Times New Roman", 28, "left", 160, 80, 0, 0, true, 1},
    {"BodyText", "Body Text", "仿宋_GB2312", "Times New Roman", 28, "both", 0, 60, 460, 200, false, -1},
    {"Caption", "caption", "黑体", "Arial", 21, "center", 120, 60, 0, 0, false, -1},
    {"TableHead", "Table Head", "黑体", "Arial", 19, "center", 20, 20, 0, 0, false, -1},
    {"TableText", "Table Text", "仿宋_GB2312", "Times New Roman", 19, "left", 10, 10, 0, 0, false, -1},
    {"Picture", "Picture", "仿宋_GB2312", "Times New Roman", 21, "center", 120, 0, 0, 0, false, -1},
    {"Sign", "Signature", "仿宋_GB2312", "Times New Roman", 24, "right", 60, 0, 0, 0, false, -1},
    {"ContentsHead", "TOC Heading", "黑体", "Arial", 30, "center", 240, 120, 0, 0, false, -1},
    {"Contents1", "toc 1", "仿宋_GB2312", "Times New Roman", 24, "left", 40, 0, 0, 0, false, -1},
    {"Contents2", "toc 2", "仿宋_GB2312", "Times New Roman", 24, "left", 20, 0, 0, 200, false, -1},
    {"Header", "header", "仿宋_GB2312", "Times New Roman", 18, "center", 0, 0, 0, 0, false, -1},
    {"Footer", "footer", "仿宋_GB2312", "Times New Roman", 18, "center", 0, 0, 0, 0, false, -1},
};

std::string styles() {
  pugi::xml_document xml;
  auto root = root_of(xml, "w:styles");
  auto defaults = element(element(element(root, "w:docDefaults"), "w:rPrDefault"), "w:rPr");
  element(defaults, "w:rFonts",
          {{"w:ascii", "Times New Roman"},
           {"w:hAnsi", "Times New Roman"},
           {"w:eastAsia", "仿宋_GB2312"},
           {"w:cs", "Times New Roman"}});
  element(defaults, "w:sz", {{"w:val", "24"}});
  element(defaults, "w:lang", {{"w:val", "en-US"}, {"w:eastAsia", "zh-CN"}});
  auto normal = element(root, "w:style", {{"w:type", "paragraph"}, {"w:default", "1"}, {"w:styleId", "Normal"}});
  element(normal, "w:name", {{"w:val", "Normal"}});
  for (const auto& look : looks) {
    auto style = element(root, "w:style", {{"w:type", "paragraph"}, {"w:styleId", look.id}});
    element(style, "w:name", {{"w:val", look.name}});
    element(style, "w:basedOn", {{"w:val", "Normal"}});
    element(style, "w:qFormat");
    auto p = element(style, "w:pPr");
    if (look.outline >= 0) element(p, "w:keepNext");
    auto spacing =
        element(p, "w:spacing", {{"w:before", std::to_string(look.before)}, {"w:after", std::to_string(look.after)}});
    if (look.line > 0) {
      spacing.append_attribute("w:line") = look.line;
      spacing.append_attribute("w:lineRule") = "exact";
    }
    if (look.indent_chars > 0)
      element(p, "w:ind",
              {{"w:firstLineChars", std::to_string(look.indent_chars)},
               {"w:firstLine", std::to_string(look.half_points * look.indent_chars / 10)}});
    element(p, "w:jc", {{"w:val", look.align}});
    if (look.outline >= 0) element(p, "w:outlineLvl", {{"w:val", std::to_string(look.outline)}});
    auto r = element(style, "w:rPr");
    element(r, "w:rFonts", {{"w:ascii", look.latin}, {"w:hAnsi", look.latin}, {"w:eastAsia", look.east_asian}});
    if (look.bold) element(r, "w:b");
    element(r, "w:sz", {{"w:val", std::to_string(look.half_points)}});
  }
  auto table = element(root, "w:style", {{"w:type", "table"}, {"w:styleId", "ReportTable"}});
  element(table, "w:name", {{"w:val", "Report Table"}});
  auto properties = element(table, "w:tblPr");
  auto borders = element(properties, "w:tblBorders");
  for (const auto* side : {"w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"})
    element(borders, side, {{"w:val", "single"}, {"w:sz", "4"}, {"w:space", "0"}, {"w:color", "7F7F7F"}});
  auto margins = element(properties, "w:tblCellMar");
  element(margins, "w:left", {{"w:w", "60"}, {"w:type", "dxa"}});
  element(margins, "w:right", {{"w:w", "60"}, {"w:type", "dxa"}});
  auto head = element(table, "w:tblStylePr", {{"w:type", "firstRow"}});
  element(element(head, "w:tcPr"), "w:shd", {{"w:val", "clear"}, {"w:color", "auto"}, {"w:fill", "E8F0ED"}});
  return text_of(xml);
}

/// Stand-ins for fonts that a machine may not have (17.8.3.1).
std::string font_table() {
  pugi::xml_document xml;
  auto root = root_of(xml, "w:fonts");
  const auto font = [&](const char* name, const char* instead, const char* family) {
    auto node = element(root, "w:font", {{"w:name", name}});
    element(node, "w:altName", {{"w:val", instead}});
    element(node, "w:charset", {{"w:val", "86"}});
    element(node, "w:family", {{"w:val", family}});
  };
  font("方正小标宋简体", "Noto Serif CJK SC", "roman");
  font("仿宋_GB2312", "FangSong", "modern");
  font("楷体_GB2312", "KaiTi", "modern");
  font("黑体", "SimHei", "swiss");
  return text_of(xml);
}

std::string head_part(const Document& document) {
  pugi::xml_document xml;
  auto root = root_of(xml, "w:hdr");
  auto p = element(root, "w:p");
  element(element(p, "w:pPr"), "w:pStyle", {{"w:val", "Header"}});
  put_text(element(p, "w:r"), "w:t", document.page_head());
  return text_of(xml);
}

std::string foot_part(const Document& document) {
  pugi::xml_document xml;
  auto root = root_of(xml, "w:ftr");
  auto p = element(root, "w:p");
  element(element(p, "w:pPr"), "w:pStyle", {{"w:val", "Footer"}});
  std::string_view words = say("page", document.making.lang);
  const auto field = [&](const char* code) {
    const auto mark = [&](const char* type) { element(element(p, "w:r"), "w:fldChar", {{"w:fldCharType", type}}); };
    mark("begin");
    put_text(element(p, "w:r"), "w:instrText", code);
    mark("separate");
    put_text(element(p, "w:r"), "w:t", "1");
    mark("end");
  };
  while (!words.empty()) {
    const auto brace = words.find('{');
    if (brace == 0) {
      const auto end = words.find('}');
      field(words.substr(0, end) == "{page" ? " PAGE " : " NUMPAGES ");
      words.remove_prefix(end + 1);
    } else {
      put_text(element(p, "w:r"), "w:t", std::string(words.substr(0, brace)));
      words.remove_prefix(brace == std::string_view::npos ? words.size() : brace);
    }
  }
  return text_of(xml);
}

std::string core_properties(const Document& document) {
  pugi::xml_document xml;
  auto root = xml.append_child("cp:coreProperties");
  root.append_attribute("xmlns:cp") = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties";
  root.append_attribute("xmlns:dc") = "http://purl.org/dc/elements/1.1/";
  root.append_attribute("xmlns:dcterms") = "http://purl.org/dc/terms/";
  root.append_attribute("xmlns:xsi") = "http://www.w3.org/2001/XMLSchema-instance";
  root.append_child("dc:title").text().set(document.title.c_str());
  root.append_child("dc:creator").text().set(document.making.who.c_str());
  root.append_child("dc:identifier").text().set(document.making.report_id.c_str());
  auto created = element(root, "dcterms:created", {{"xsi:type", "dcterms:W3CDTF"}});
  created.text().set((to_iso_utc({document.making.made_at.us / us_per_second * us_per_second})).c_str());
  return text_of(xml);
}

constexpr const char* content_types =
    R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/><Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>)";
constexpr const char* package_relations =
    R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>)";

}  // namespace

Result<std::string> write_docx(const Document& document) {
  Package package;
  Relations relations;
  relations.add("styles", "styles.xml");
  relations.add("fontTable", "fontTable.xml");
  package.add("[Content_Types].xml", content_types);
  package.add("_rels/.rels", package_relations);
  package.add("docProps/core.xml", core_properties(document));
  auto body = Body(document, relations, package).make();
  if (!body) return fail(body.error());
  package.add("word/document.xml", std::move(*body));
  package.add("word/_rels/document.xml.rels", relations.text());
  package.add("word/styles.xml", styles());
  package.add("word/fontTable.xml", font_table());
  package.add("word/header1.xml", head_part(document));
  package.add("word/footer1.xml", foot_part(document));
  return package.zip(document.making.made_at);
}

}  // namespace celadon::report
