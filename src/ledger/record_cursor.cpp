#include "core/sha256.hpp"
#include "ledger/record_search.hpp"

#include <bit>
#include <charconv>
#include <cstring>

namespace celadon::ledger {
namespace {

constexpr std::size_t check_digits = 12;

void put_text(std::string& bytes, std::string_view text) {
  bytes += std::to_string(text.size());
  bytes += ':';
  bytes += text;
}

bool take_text(std::string_view& bytes, std::string& text) {
  std::size_t size = 0, at = 0;
  for (; at < bytes.size() && at < 8 && bytes[at] >= '0' && bytes[at] <= '9'; ++at)
    size = size * 10 + static_cast<std::size_t>(bytes[at] - '0');
  if (at == 0 || at >= bytes.size() || bytes[at] != ':' || bytes.size() - at - 1 < size) return false;
  text = bytes.substr(at + 1, size);
  bytes.remove_prefix(at + 1 + size);
  return true;
}

/// What a place means depends on these.
std::string order_of(const RecordQuery& query) {
  std::string order;
  put_text(order, query.kind);
  put_text(order, query.sort);
  put_text(order, query.falling ? "falling" : "rising");
  put_text(order, query.as_known_at ? std::to_string(query.as_known_at->us) : "now");
  return order;
}

std::string check_of(const std::string& bytes, const RecordQuery& query) {
  return sha256(order_of(query) + bytes).substr(0, check_digits);
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

std::string to_cursor(const Place& place, const RecordQuery& query) {
  std::string bytes(1, place.without_key ? '-' : '+');
  if (const auto* whole = std::get_if<std::int64_t>(&place.key)) {
    bytes += 'i';
    put_text(bytes, std::to_string(*whole));
  } else if (const auto* number = std::get_if<double>(&place.key)) {
    bytes += 'n';
    put_text(bytes, std::to_string(std::bit_cast<std::int64_t>(*number)));
  } else {
    bytes += 't';
    put_text(bytes, std::get<std::string>(place.key));
  }
  put_text(bytes, place.id);
  std::string cursor = check_of(bytes, query);
  for (const char c : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    cursor += digits[static_cast<unsigned char>(c) >> 4];
    cursor += digits[static_cast<unsigned char>(c) & 15];
  }
  return cursor;
}

Result<Place> parse_cursor(const RecordQuery& query) {
  const auto refuse = [] {
    return fail(Errc::invalid_value,
                "`after` is not the `next` of a page of this list in this order; begin again with the first page",
                "after");
  };
  const std::string_view cursor = query.after;
  if (cursor.size() < check_digits || cursor.size() % 2 != 0) return refuse();
  std::string bytes;
  for (std::size_t i = check_digits; i < cursor.size(); i += 2) {
    const int high = digit_of(cursor[i]), low = digit_of(cursor[i + 1]);
    if (high < 0 || low < 0) return refuse();
    bytes += static_cast<char>(high * 16 + low);
  }
  if (cursor.substr(0, check_digits) != check_of(bytes, query)) return refuse();
  auto place = parse_place(bytes);
  if (!place) return refuse();
  return std::move(*place);
}

std::optional<Place> parse_place(std::string_view bytes) {
  Place place;
  std::string key;
  if (bytes.size() < 2) return std::nullopt;
  place.without_key = bytes[0] == '-';
  const char type = bytes[1];
  bytes.remove_prefix(2);
  if (!take_text(bytes, key) || !take_text(bytes, place.id) || !bytes.empty()) return std::nullopt;
  if (type == 't') {
    place.key = std::move(key);
    return place;
  }
  std::int64_t whole = 0;
  const auto end = std::from_chars(key.data(), key.data() + key.size(), whole);
  if (end.ec != std::errc{} || end.ptr != key.data() + key.size()) return std::nullopt;
  if (type == 'n')
    place.key = std::bit_cast<double>(whole);
  else if (type == 'i')
    place.key = whole;
  else
    return std::nullopt;
  return place;
}

}  // namespace celadon::ledger
