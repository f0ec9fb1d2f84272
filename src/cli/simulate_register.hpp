#pragma once

#include "core/result.hpp"
#include "intake/device_messages.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace celadon::cli {

/// The site of a simulated unit: "sim." and its MN.
[[nodiscard]] std::string simulated_site(const intake::DeviceIdentity& device);

/// Longitude and latitude in degrees of WGS 84.
using Place = std::pair<double, double>;

/// The body of POST /api/v1/devices for these units, each with a site of kind outlet on a grid around `center`; one
/// with --sm4-key carries its key.
[[nodiscard]] std::string registration_body(std::span<const intake::DeviceIdentity> devices, int minute_min,
                                            const Place& center);

/// Writes the register's entries: .json as registration_body(), .csv as the devices.csv of a city pack.
/// Errors   invalid_value for another ending; io_failed naming the file.
[[nodiscard]] Result<void> write_devices(const std::filesystem::path& file,
                                         std::span<const intake::DeviceIdentity> devices, int minute_min,
                                         const Place& center);

/// Registers the units that the server at `url` does not know, some thousands at a time; its city's center is taken
/// where `center` is empty. Gives how many were new.
/// Errors   what the server says; io_failed when nobody answers.
[[nodiscard]] Result<std::size_t> register_devices(const std::string& url,
                                                   std::span<const intake::DeviceIdentity> devices, int minute_min,
                                                   std::optional<Place> center);

}  // namespace celadon::cli
