#include "report/draw.hpp"
#include "report/writers.hpp"

#include <array>

namespace celadon::report {
namespace {

std::string base64(const std::string& bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve(bytes.size() * 4 / 3 + 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const auto byte = [&](std::size_t k) { return k < left ? static_cast<unsigned char>(bytes[i + k]) : 0U; };
    const unsigned word = byte(0) << 16U | byte(1) << 8U | byte(2);
    out += digits[word >> 18U];
    out += digits[word >> 12U & 63U];
    out += left > 1 ? digits[word >> 6U & 63U] : '=';
    out += left > 2 ? digits[word & 63U] : '=';
  }
  return out;
}

std::string run_html(const Document& document, const Run& run) {
  std::string text = xml_text(run.text);
  if (run.figure >= 0) {
    const Figure& figure = document.figures[static_cast<std::size_t>(run.figure)];
    if (!run.old_text.empty()) {
      const std::string old = "<del>" + xml_text(run.old_text) + "</del>";
      text = text.empty() ? old : old + " <ins>" + text + "</ins>";
    }
    std::string style;
    if (figure.word && !figure.colour.empty())
      style = " style=\"background:" + xml_text(figure.colour) + ";color:" + xml_text(figure.text_colour) + "\"";
    text = "<a class=\"figure" + std::string(run.old_text.empty() ? "" : " changed") + "\" data-ref=\"" +
           xml_text(figure.ref) + "\" href=\"" + xml_text(document.link_of(figure)) + "\" title=\"" +
           document.number_of(run.figure) + " " + xml_text(figure.name.in(document.making.lang)) + "\"" + style + ">" +
           text + "</a>";
  }
  return run.bold ? "<b>" + text + "</b>" : text;
}

std::string runs_html(const Document& document, const Runs& runs) {
  std::string out;
  for (const auto& run : runs) out += run_html(document, run);
  return out;
}

std::string table_html(const Document& document, const Table& table) {
  static constexpr auto side = [](char align) { return align == 'r' ? "right" : align == 'c' ? "center" : "left"; };
  std::string out = "<div class=\"scroll\"><table>";
  if (!table.caption.empty()) out += "<caption>" + runs_html(document, table.caption) + "</caption>";
  out += "<thead><tr>";
  for (std::size_t i = 0; i < table.head.size(); ++i)
    out += std::string("<th scope=\"col\" class=\"") + side(table.align[i]) + "\">" +
           runs_html(document, table.head[i]) + "</th>";
  out += "</tr></thead><tbody>";
  for (const auto& row : table.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i)
      out += std::string("<td class=\"") + side(table.align[i]) + "\">" + runs_html(document, row[i]) + "</td>";
    out += "</tr>";
  }
  return out + "</tbody></table></div>\n";
}

std::string sign_html(const Document& document) {
  const Making& making = document.making;
  const auto words = [&](std::string_view key) { return std::string(say(key, making.lang)); };
  std::string out = "<dl class=\"sign\">";
  const auto entry = [&](const std::string& name, const std::string& text) {
    out += "<div><dt>" + xml_text(name) + "</dt><dd>" + (text.empty() ? "　" : xml_text(text)) + "</dd></div>";
  };
  entry(words("signer"), making.draft ? words("draft") : making.who);
  entry(words("signed-at"), making.draft ? "" : making.signed_at);
  entry(words("known"), making.known_at);
  if (!making.report_id.empty()) entry(words("number"), making.report_id);
  return out + "</dl>\n";
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  }
  return out;
}

Result<std::string> html_body(const Document& document) {
  std::string out;
  if (document.making.draft) out += "<p class=\"draft\">" + std::string(say("draft", document.making.lang)) + "</p>\n";
  bool listing = false;
  for (const auto& block : document.blocks) {
    const bool bullet = block.kind == Block::Kind::bullet;
    if (bullet != listing) out += bullet ? "<ul>\n" : "</ul>\n";
    listing = bullet;
    const auto text = [&] { return runs_html(document, block.runs); };
    switch (block.kind) {
      case Block::Kind::title: out += "<h1>" + text() + "</h1>\n"; break;
      case Block::Kind::heading: {
        const std::string level = block.level == 1 ? "h2" : "h3";
        out += "<" + level + ">" + text() + "</" + level + ">\n";
        break;
      }
      case Block::Kind::paragraph: out += "<p>" + text() + "</p>\n"; break;
      case Block::Kind::bullet: out += "<li>" + text() + "</li>\n"; break;
      case Block::Kind::table: out += table_html(document, block.table); break;
      case Block::Kind::chart:
      case Block::Kind::map:
      case Block::Kind::picture: {
        const auto png = to_png(document, block, 480, 2);
        if (!png) return fail(png.error());
        std::string alt;
        for (const auto& run : block.runs) alt += run.text;
        out += "<figure><img alt=\"" + xml_text(alt) + "\" src=\"data:image/png;base64," + base64(*png) +
               "\"><figcaption>" + text() + "</figcaption></figure>\n";
        break;
      }
      case Block::Kind::sign: out += sign_html(document); break;
      case Block::Kind::contents:
      case Block::Kind::page_break: break;
    }
  }
  if (listing) out += "</ul>\n";
  return out;
}

Result<std::string> write_html(const Document& document) {
  const auto body = html_body(document);
  if (!body) return body;
  const std::string lang = document.making.lang == "en" ? "en" : "zh-CN";
  return "<!doctype html>\n<html lang=\"" + lang + "\"><head><meta charset=\"utf-8\"><title>" +
         xml_text(document.title) +
         "</title><style>body{max-width:52em;margin:2em auto;padding:0 1em;font:16px/1.7 serif}h1{text-align:center}"
         "table{border-collapse:collapse;margin:1em auto}th,td{border:1px solid #999;padding:2px 8px}"
         ".right{text-align:right}.center{text-align:center}figure{text-align:center;margin:1em 0}img{max-width:100%}"
         "a.figure{color:inherit;text-decoration-style:dotted}del{color:#777}ins{color:#b00020}"
         ".draft{color:#b00020;text-align:center}.scroll{overflow-x:auto}.sign{margin:2em 0 2em auto;width:max-content}"
         ".sign div{display:flex;gap:1em}</style></head><body>\n" +
         *body + "</body></html>\n";
}

}  // namespace celadon::report
