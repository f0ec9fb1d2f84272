#include "intake/device_directory.hpp"

#include <boost/asio/ip/address.hpp>

#include <charconv>
#include <mutex>

namespace celadon::intake {
namespace {

std::array<std::uint8_t, 16> bytes_of(const boost::asio::ip::address& address) {
  if (address.is_v6()) return address.to_v6().to_bytes();
  return boost::asio::ip::make_address_v6(boost::asio::ip::v4_mapped, address.to_v4()).to_bytes();
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool AddressRange::contains(const std::array<std::uint8_t, 16>& address) const {
  for (int bit = 0; bit < prefix; bit += 8) {
    const int rest = prefix - bit;
    const auto mask = static_cast<std::uint8_t>(rest >= 8 ? 0xFF : 0xFF << (8 - rest));
    const auto at = static_cast<std::size_t>(bit / 8);
    if ((address[at] & mask) != (network[at] & mask)) return false;
  }
  return true;
}

std::optional<std::array<std::uint8_t, 16>> parse_address(std::string_view text) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return bytes_of(address);
}

Result<AddressRange> parse_address_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(text.substr(0, slash)), error);
  const int bits = !error && address.is_v4() ? 32 : 128;
  int prefix = bits;
  if (slash != std::string_view::npos) {
    const auto [end, bad] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), prefix);
    if (bad != std::errc{} || end != text.data() + text.size()) prefix = -1;
  }
  if (error || prefix < 0 || prefix > bits) {
    return fail(Errc::malformed,
                "'" + std::string(text.substr(0, 60)) + "' is not a network; expected one like 10.2.0.0/16 or 10.2.3.4",
                "addresses");
  }
  return AddressRange{bytes_of(address), prefix + 128 - bits};
}

Result<Key212> parse_cipher_key(std::string_view text) {
  Key212 key{};
  bool good = text.size() == 32;
  for (std::size_t i = 0; good && i < key.size(); ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    good = high >= 0 && low >= 0;
    if (good) key[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  if (!good) return fail(Errc::malformed, "an SM4 key has 32 hexadecimal digits", "cipher_key");
  return key;
}

void DeviceDirectory::put(KnownDevice device) {
  std::string mn = device.mn;
  const std::unique_lock lock(mutex_);
  turned_away_.erase(mn);
  devices_.insert_or_assign(std::move(mn), std::make_shared<const KnownDevice>(std::move(device)));
  generation_.fetch_add(1, std::memory_order_release);
}

void DeviceDirectory::replace(std::vector<KnownDevice> devices) {
  const std::unique_lock lock(mutex_);
  devices_.clear();
  for (auto& device : devices) {
    std::string mn = device.mn;
    devices_.insert_or_assign(std::move(mn), std::make_shared<const KnownDevice>(std::move(device)));
  }
  generation_.fetch_add(1, std::memory_order_release);
}

DeviceDirectory::Entry DeviceDirectory::find(std::string_view mn) const {
  const std::shared_lock lock(mutex_);
  const auto it = devices_.find(mn);
  return it == devices_.end() ? nullptr : it->second;
}

void DeviceDirectory::turn_away(const std::string& mn) {
  const std::unique_lock lock(mutex_);
  turned_away_[mn] = true;
}

bool DeviceDirectory::is_turned_away(std::string_view mn) const {
  const std::shared_lock lock(mutex_);
  return turned_away_.contains(mn);
}

}  // namespace celadon::intake
