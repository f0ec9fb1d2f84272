#pragma once

#include "core/time.hpp"

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace celadon {

/// Appends JSON to a string, with commas where they belong. NaN and infinities become null; text is taken as UTF-8.
///
///     JsonWriter json(out);
///     json.begin_object().key("value").put(3.5).end_object();
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name) {
    comma();
    quote(name);
    out_ += ':';
    fresh_ = true;
    return *this;
  }
  JsonWriter& put(std::string_view text) {
    comma();
    quote(text);
    return *this;
  }
  JsonWriter& put(const char* text) { return put(std::string_view(text)); }
  JsonWriter& put(const std::string& text) { return put(std::string_view(text)); }
  JsonWriter& put(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& put(Instant instant) { return put(std::string_view(to_iso_utc(instant))); }
  JsonWriter& put(double value) {
    if (!std::isfinite(value)) return null();
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return raw({text, static_cast<std::size_t>(end - text)});
  }
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) JsonWriter& put(T value) {
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return raw({text, static_cast<std::size_t>(end - text)});
  }
  JsonWriter& null() { return raw("null"); }
  /// A piece that is JSON already.
  JsonWriter& raw(std::string_view json) {
    comma();
    out_ += json;
    return *this;
  }
  template <class T>
  JsonWriter& member(std::string_view name, const T& value) {
    return key(name).put(value);
  }
  /// Null where there is no value.
  template <class T>
  JsonWriter& member(std::string_view name, const std::optional<T>& value) {
    return value ? member(name, *value) : key(name).null();
  }
  /// Null where the text is empty.
  JsonWriter& text_or_null(std::string_view name, std::string_view text) {
    return text.empty() ? key(name).null() : member(name, text);
  }
  JsonWriter& list(std::string_view name, const std::vector<std::string>& texts) {
    key(name).begin_array();
    for (const auto& text : texts) put(text);
    return end_array();
  }

 private:
  JsonWriter& open(char bracket) {
    comma();
    out_ += bracket;
    fresh_ = true;
    return *this;
  }
  JsonWriter& close(char bracket) {
    out_ += bracket;
    fresh_ = false;
    return *this;
  }
  void comma() {
    if (!fresh_) out_ += ',';
    fresh_ = false;
  }
  void quote(std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    out_ += '"';
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out_ += '\\';
        out_ += c;
      } else if (byte < 0x20) {
        out_ += "\\u00";
        out_ += hex[byte >> 4U];
        out_ += hex[byte & 15U];
      } else {
        out_ += c;
      }
    }
    out_ += '"';
  }

  std::string& out_;
  bool fresh_ = true;
};

}  // namespace celadon
