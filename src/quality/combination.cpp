#include "quality/combination.hpp"

#include "core/csv_table.hpp"
#include "core/yaml_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace celadon::quality {
namespace {

constexpr std::array<std::string_view, 9> tree_columns = {"model",   "tree", "node",  "feature", "threshold",
                                                          "missing", "left", "right", "value"};
constexpr std::size_t trees_max = 4096, nodes_max = 1024;

template <class T>
bool read_number(const std::string& text, T& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

/// Every node but the first hangs on one that stands before it, so a walk ends.
bool hangs_together(const std::vector<TreeNode>& tree) {
  const auto size = static_cast<std::int32_t>(tree.size());
  for (std::int32_t i = 0; i < size; ++i) {
    const TreeNode& node = tree[static_cast<std::size_t>(i)];
    if (node.feature < 0) continue;
    for (const std::int32_t next : {node.left, node.right}) {
      if (next <= i || next >= size) return false;
    }
  }
  return !tree.empty();
}

Result<void> take_row(const std::vector<std::string>& row, const std::string& place,
                      std::span<const std::string_view> feature_names, TreeSum& sum) {
  const auto bad = [&](const std::string& why) { return fail(Errc::invalid_value, place + ": " + why); };
  double value = 0;
  if (!read_number(row[8], value) || !std::isfinite(value)) return bad("value: expected a number");
  if (row[3] == "bias") {
    sum.bias = value;
    return {};
  }
  if (row[3] == "propose-at") {
    if (!(value > 0 && value < 1)) return bad("value: a probability between 0 and 1 is expected");
    sum.propose_at = value;
    return {};
  }
  std::size_t tree = 0;
  std::size_t at = 0;
  if (!read_number(row[1], tree) || !read_number(row[2], at)) return bad("tree, node: expected whole numbers");
  if (tree == sum.trees.size() && tree < trees_max) sum.trees.emplace_back();
  if (tree + 1 != sum.trees.size()) return bad("tree: trees come in order from 0");
  auto& nodes = sum.trees.back();
  if (at != nodes.size() || at >= nodes_max) return bad("node: nodes come in order from 0");
  TreeNode node;
  node.value = static_cast<float>(value);
  if (row[3] != "leaf") {
    const auto found = std::ranges::find(feature_names, row[3]);
    if (found == feature_names.end()) return bad("feature: '" + row[3] + "' is not known");
    node.feature = static_cast<std::int32_t>(found - feature_names.begin());
    if (!read_number(row[4], node.threshold) || !std::isfinite(node.threshold))
      return bad("threshold: expected a number");
    if (row[5] != "left" && row[5] != "right") return bad("missing: expected left or right");
    node.missing_left = row[5] == "left";
    if (!read_number(row[6], node.left) || !read_number(row[7], node.right))
      return bad("left, right: expected numbers of nodes");
  }
  nodes.push_back(node);
  return {};
}

void put_sum(std::string& out, std::string_view name, const TreeSum& sum,
             std::span<const std::string_view> feature_names) {
  out += fmt::format("{},,,bias,,,,,{}\n{},,,propose-at,,,,,{}\n", name, sum.bias, name, sum.propose_at);
  for (std::size_t t = 0; t < sum.trees.size(); ++t) {
    for (std::size_t i = 0; i < sum.trees[t].size(); ++i) {
      const TreeNode& node = sum.trees[t][i];
      if (node.feature < 0) {
        out += fmt::format("{},{},{},leaf,,,,,{}\n", name, t, i, node.value);
      } else {
        out += fmt::format("{},{},{},{},{},{},{},{},0\n", name, t, i,
                           feature_names[static_cast<std::size_t>(node.feature)], node.threshold,
                           node.missing_left ? "left" : "right", node.left, node.right);
      }
    }
  }
}

}  // namespace

double TreeSum::probability(std::span<const float> features) const {
  double sum = bias;
  for (const auto& tree : trees) {
    std::size_t at = 0;
    while (tree[at].feature >= 0) {
      const TreeNode& node = tree[at];
      const float value = features[static_cast<std::size_t>(node.feature)];
      const bool left = std::isnan(value) ? node.missing_left : value <= node.threshold;
      at = static_cast<std::size_t>(left ? node.left : node.right);
    }
    sum += static_cast<double>(tree[at].value);
  }
  return 1 / (1 + std::exp(-sum));
}

Result<Combination> Combination::parse(std::string_view text, std::string_view name,
                                       std::span<const std::string_view> feature_names) {
  const auto table = parse_csv_table(text, name, tree_columns);
  if (!table) return fail(table.error());
  Combination all;
  for (std::string_view rest = text; rest.starts_with('#');) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(1, end == std::string_view::npos ? end : end - 1);
    all.note += std::string(line.starts_with(' ') ? line.substr(1) : line) + "\n";
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const auto& row = table->rows[i];
    const std::string place = std::string(name) + ":" + std::to_string(table->lines[i]);
    if (row[0] != "marked" && row[0] != "void")
      return fail(Errc::invalid_value, place + ": model: expected marked or void");
    if (auto taken = take_row(row, place, feature_names, row[0] == "void" ? all.voided : all.marked); !taken)
      return fail(taken.error());
  }
  for (const auto* sum : {&all.marked, &all.voided}) {
    for (std::size_t t = 0; t < sum->trees.size(); ++t) {
      if (!hangs_together(sum->trees[t]))
        return fail(Errc::invalid_value, fmt::format("{}: model {}, tree {}: a node leads nowhere or back", name,
                                                     sum == &all.voided ? "void" : "marked", t));
    }
  }
  return all;
}

Result<Combination> Combination::read(const std::filesystem::path& pack,
                                      std::span<const std::string_view> feature_names) {
  const auto text = read_pack(pack);
  if (!text) return fail(text.error());
  return parse(*text, pack.filename().string(), feature_names);
}

std::string Combination::text(std::span<const std::string_view> feature_names) const {
  std::string out;
  for (std::string_view rest = note; !rest.empty();) {
    const auto end = rest.find('\n');
    out += "# " + std::string(rest.substr(0, end)) + "\n";
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  for (std::size_t i = 0; i < tree_columns.size(); ++i)
    out += std::string(i > 0 ? "," : "") + std::string(tree_columns[i]);
  out += "\n";
  put_sum(out, "marked", marked, feature_names);
  put_sum(out, "void", voided, feature_names);
  return out;
}

}  // namespace celadon::quality
