#pragma once

#include "core/json_writer.hpp"
#include "registry/record_desk.hpp"
#include "service/http.hpp"

#include <string>
#include <vector>

// Registers and records as JSON (docs/api_registers.md).

namespace celadon::service {

/// Codes of a list that come with a register's description; more are asked for by words.
inline constexpr std::size_t codes_of_register_max = 2000;

void put_words(JsonWriter& json, const systems::Words& words);  ///< {zh, en}
void put_findings(JsonWriter& json, const std::vector<systems::Finding>& findings);
void put_may(JsonWriter& json, const registry::RecordDesk& desk, const people::Caller& caller,
             const systems::Register& type);
/// The record with the words of its deadlines; `named` also with the titles of what it refers to.
void put_record(JsonWriter& json, const registry::RecordDesk& desk, const people::Caller& caller,
                const registry::Matter& matter, bool named);
/// The words of a deadline; of a look-back, the rule's.
[[nodiscard]] systems::Words due_words(const systems::Register* type, const std::string& deadline);
void put_evidence(JsonWriter& json, const systems::Evidence& evidence);
/// The whole description. The code lists are those of `catalogue`.
void put_register(JsonWriter& json, const systems::System& system, const systems::Register& type,
                  const systems::Catalogue& catalogue, const std::function<void(JsonWriter&)>& put_rights);
void put_code_list(JsonWriter& json, const systems::CodeList& list, const std::string& words, std::size_t limit);

/// Problem details with all findings and, after a conflict, the record as it stands now.
[[nodiscard]] Response refusal_response(const registry::RecordDesk& desk, const people::Caller& caller,
                                        const registry::Refusal& refusal);
/// "#/registers/outfall/PW00012": where the page shows a record.
[[nodiscard]] std::string record_address(const registry::Matter& matter);

}  // namespace celadon::service
