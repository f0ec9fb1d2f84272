#include "cli/command.hpp"
#include "cli/http_client.hpp"
#include "core/json_writer.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <thread>

namespace celadon::cli {
namespace {

namespace json = boost::json;

struct DevicesOptions {
  std::string server = "http://127.0.0.1:8080";
  bool as_json = false;
  std::string mn, who, why, site, file, cn = "2061", from, to;
  std::vector<std::string> parameters;  ///< name=value
  int wait_s = 60;
};

Result<json::value> get(const DevicesOptions& options, const std::string& path) {
  const auto body = http_get(options.server + "/api/v1/" + path);
  if (!body) return fail(body.error());
  boost::system::error_code error;
  auto value = json::parse(*body, error);
  if (error) return fail(Errc::io_failed, options.server + " does not answer with JSON; is it a Celadon server?");
  return value;
}

std::string text(const json::value& value, const char* name) {
  const auto* member = value.as_object().if_contains(name);
  if (member == nullptr || member->is_null()) return "-";
  if (member->is_string()) return std::string(member->get_string());
  return json::serialize(*member);
}

json::object signed_body(const DevicesOptions& options) { return {{"who", options.who}, {"why", options.why}}; }

Result<void> print_items(const DevicesOptions& options, const std::string& path,
                         const std::function<void(const json::value&)>& print) {
  const auto value = get(options, path);
  if (!value) return fail(value.error());
  if (options.as_json) {
    std::puts(json::serialize(*value).c_str());
    return {};
  }
  for (const auto& item : value->at("items").as_array()) print(item);
  return {};
}

Result<void> list(const DevicesOptions& options) {
  return print_items(options, "devices", [](const json::value& d) {
    const auto& score = d.at("conformity").at("score");
    std::printf("%-25s %-8s %-7s %-20s score %-5s %8s frames  %s\n", text(d, "mn").c_str(), text(d, "state").c_str(),
                d.at("silent").as_bool()   ? "silent"
                : d.at("online").as_bool() ? "online"
                                           : "offline",
                text(d, "last_seen").c_str(), score.is_null() ? "-" : json::serialize(score).substr(0, 5).c_str(),
                text(d, "frames").c_str(), text(d, "site").c_str());
  });
}

Result<void> pending(const DevicesOptions& options) {
  return print_items(options, "devices/pending", [](const json::value& d) {
    std::printf("%-25s %-8s ST=%s PW=%s %s frames held since %s\n  %s\n", text(d, "mn").c_str(),
                text(d, "state").c_str(), text(d, "system_code").c_str(), text(d, "password").c_str(),
                text(d, "held_frames").c_str(), text(d, "first_seen").c_str(), text(d, "sample").c_str());
  });
}

Result<void> send(const DevicesOptions& options, const char* method, const std::string& path,
                  const json::object& body) {
  const auto answer = http_send(method, options.server + "/api/v1/" + path, json::serialize(body));
  if (!answer) return fail(answer.error());
  std::puts(answer->c_str());
  return {};
}

Result<void> approve(const DevicesOptions& options) {
  json::object body = signed_body(options);
  body["site"] = options.site;
  return send(options, "POST", "devices/pending/" + percent_encoded(options.mn) + "/approve", body);
}

Result<void> refuse(const DevicesOptions& options) {
  return send(options, "POST", "devices/pending/" + percent_encoded(options.mn) + "/refuse", signed_body(options));
}

/// The file holds {"devices": [...], "sites": [...]}, as `celadon simulate devices --devices-out` writes it.
Result<void> add(const DevicesOptions& options) {
  std::ifstream in(options.file, std::ios::binary);
  if (!in) return fail(Errc::not_found, options.file + ": cannot be opened");
  boost::system::error_code error;
  const auto value = json::parse(std::string(std::istreambuf_iterator<char>(in), {}), error);
  if (error || !value.is_object())
    return fail(Errc::malformed, options.file + " is no JSON object with the list devices");
  json::object body = value.get_object();
  body["who"] = options.who;
  body["why"] = options.why;
  return send(options, "POST", "devices", body);
}

void print_receipt(const json::value& r) {
  std::printf("%s  %s %s  %s", text(r, "id").c_str(), text(r, "cn").c_str(), text(r, "name_en").c_str(),
              text(r, "state").c_str());
  for (const char* code : {"qn_rtn", "exe_rtn"}) {
    if (!r.at(code).is_null()) std::printf("  %s %s", code, text(r, code).c_str());
  }
  std::printf("  %s data messages, %s observations  (%s: %s)\n", text(r, "data_messages").c_str(),
              text(r, "observations").c_str(), text(r, "who").c_str(), text(r, "why").c_str());
}

bool is_over(const json::value& receipt) {
  const std::string state = text(receipt, "state");
  return state != "waiting" && state != "sent" && state != "accepted";
}

/// Waits for the end of an exchange and prints its receipt. Gives an error where it did not end well.
Result<void> follow(const DevicesOptions& options, const std::string& id) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(options.wait_s);
  while (true) {
    const auto receipts = get(options, "devices/" + percent_encoded(options.mn) + "/commands?limit=1000");
    if (!receipts) return fail(receipts.error());
    for (const auto& receipt : receipts->at("items").as_array()) {
      if (text(receipt, "id") != id) continue;
      const bool late = std::chrono::steady_clock::now() > until;
      if (!is_over(receipt) && !late) break;
      if (options.as_json)
        std::puts(json::serialize(receipt).c_str());
      else
        print_receipt(receipt);
      if (text(receipt, "state") == "done") return {};
      return fail(late ? Errc::timed_out : Errc::refused, "the request " + id + " is " + text(receipt, "state"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

Result<void> ask(const DevicesOptions& options) {
  json::object body = signed_body(options);
  body["cn"] = options.cn;
  json::array parameters;
  for (const auto& one : options.parameters) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos) return fail(Errc::malformed, "'" + one + "': expected name=value");
    parameters.push_back(json::object{{"name", one.substr(0, equals)}, {"value", one.substr(equals + 1)}});
  }
  body["parameters"] = parameters;
  const auto answer = http_send("POST", options.server + "/api/v1/devices/" + percent_encoded(options.mn) + "/commands",
                                json::serialize(body));
  if (!answer) return fail(answer.error());
  return follow(options, text(json::parse(*answer), "id"));
}

Result<void> receipts(const DevicesOptions& options) {
  return print_items(options, "devices/" + percent_encoded(options.mn) + "/commands?limit=1000", print_receipt);
}

Result<void> gaps(const DevicesOptions& options) {
  std::string path = "devices/" + percent_encoded(options.mn) + "/gaps?cn=" + percent_encoded(options.cn);
  if (!options.from.empty()) path += "&from=" + percent_encoded(options.from);
  if (!options.to.empty()) path += "&to=" + percent_encoded(options.to);
  return print_items(options, path, [](const json::value& gap) {
    std::printf("%s .. %s  %s periods\n", text(gap, "from").c_str(), text(gap, "to").c_str(),
                text(gap, "periods").c_str());
  });
}

Result<void> fill(const DevicesOptions& options) {
  json::object body = signed_body(options);
  body["cn"] = options.cn;
  body["from"] = options.from;
  body["to"] = options.to;
  const auto answer = http_send("POST", options.server + "/api/v1/devices/" + percent_encoded(options.mn) + "/backfill",
                                json::serialize(body));
  if (!answer) return fail(answer.error());
  const auto items = json::parse(*answer);
  for (const auto& receipt : items.at("items").as_array()) {
    if (auto done = follow(options, text(receipt, "id")); !done) return done;
  }
  return {};
}

}  // namespace

void add_devices(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("devices", "Field units of a running server: register, requests, gaps");
  command->require_subcommand(1);
  auto options = std::make_shared<DevicesOptions>();
  const auto add_one = [&](const char* name, const char* what, Result<void> (*work)(const DevicesOptions&)) {
    auto* one = command->add_subcommand(name, what);
    one->add_option("--server", options->server, "the server")->capture_default_str();
    one->add_flag("--json", options->as_json, "the server's JSON");
    one->callback([options, work, &context] {
      const auto done = work(*options);
      context.exit_code = done ? 0 : report(done.error());
    });
    return one;
  };
  const auto of_device = [&](CLI::App* one) { one->add_option("mn", options->mn, "number of the device")->required(); };
  const auto is_signed = [&](CLI::App* one) {
    one->add_option("--who", options->who, "who does it")->required();
    one->add_option("--why", options->why, "why")->required();
  };
  add_one("list", "All registered devices and how they are", list);
  add_one("pending", "Devices that nobody has registered, with what is held of them", pending);
  auto* one = add_one("approve", "Register a waiting device and take what was held", approve);
  of_device(one);
  one->add_option("--site", options->site, "site it measures at")->required();
  is_signed(one);
  one = add_one("refuse", "Turn a waiting device away", refuse);
  of_device(one);
  is_signed(one);
  one = add_one("add", "Register devices, and sites for them, from a JSON file", add);
  one->add_option("file", options->file, "{\"devices\": [...], \"sites\": [...]}")->required();
  is_signed(one);
  one = add_one("ask", "Send a request, wait for its end and print the receipt", ask);
  of_device(one);
  one->add_option("cn", options->cn, "command, as in 1062")->required();
  one->add_option("parameters", options->parameters, "name=value, as in RtdInterval=60");
  one->add_option("--wait", options->wait_s, "seconds to wait for the end")->capture_default_str();
  is_signed(one);
  one->footer("Example:\n  celadon devices ask MN 1012 SystemTime=20261124080000 --who Li --why 'clock is wrong'");
  one = add_one("receipts", "Requests to a device and how they ended", receipts);
  of_device(one);
  one = add_one("gaps", "Periods without data", gaps);
  of_device(one);
  one->add_option("--cn", options->cn, "2061 hour, 2051 minute or 2031 day data")->capture_default_str();
  one->add_option("--from", options->from, "first period end");
  one->add_option("--to", options->to, "last period end");
  one = add_one("fill", "Call the history of a period back", fill);
  of_device(one);
  one->add_option("--cn", options->cn, "2061 hour, 2051 minute or 2031 day data")->capture_default_str();
  one->add_option("--from", options->from, "first period end")->required();
  one->add_option("--to", options->to, "last period end")->required();
  one->add_option("--wait", options->wait_s, "seconds to wait for each request")->capture_default_str();
  is_signed(one);
}

}  // namespace celadon::cli
