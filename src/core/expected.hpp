#pragma once

// std::expected where the compiler has it; else the part of it we allow ourselves.
// Only clang-tidy and the fuzzers' compiler take the second branch.
#include <version>

#if defined(__cpp_lib_expected)
#include <expected>
namespace celadon {
template <class T, class E>
using Expected = std::expected<T, E>;
template <class E>
using Unexpected = std::unexpected<E>;
}  // namespace celadon
#else
#include <utility>
#include <variant>
namespace celadon {
template <class E>
struct Unexpected {
  E value;
};

template <class T, class E>
class Expected {
 public:
  Expected(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Expected(Unexpected<E> error) : held_(std::in_place_index<1>, std::move(error.value)) {}

  [[nodiscard]] bool has_value() const { return held_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] T& value() { return std::get<0>(held_); }
  [[nodiscard]] const T& value() const { return std::get<0>(held_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  [[nodiscard]] const E& error() const { return std::get<1>(held_); }

 private:
  std::variant<T, E> held_;
};

template <class E>
class Expected<void, E> {
 public:
  Expected() = default;
  Expected(Unexpected<E> error) : held_(std::in_place_index<1>, std::move(error.value)) {}
  [[nodiscard]] bool has_value() const { return held_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] const E& error() const { return std::get<1>(held_); }

 private:
  std::variant<std::monostate, E> held_;
};
}  // namespace celadon
#endif
